/** The pages of the side bar, in its order. */
export const pages = [
  { key: 'home', to: '/', icon: 'i-lucide-house', group: 'start', letter: 'h' },
  { key: 'containers', to: '/containers', icon: 'i-lucide-box', group: 'engine', letter: 'c' },
  { key: 'images', to: '/images', icon: 'i-lucide-layers', group: 'engine', letter: 'i' },
  { key: 'volumes', to: '/volumes', icon: 'i-lucide-database', group: 'engine', letter: 'v' },
  { key: 'networks', to: '/networks', icon: 'i-lucide-network', group: 'engine', letter: 'n' },
  { key: 'compose', to: '/compose', icon: 'i-lucide-boxes', group: 'engine', letter: 'o' },
  { key: 'builds', to: '/builds', icon: 'i-lucide-hammer', group: 'engine', letter: 'b' },
  { key: 'registries', to: '/registries', icon: 'i-lucide-cloud', group: 'outside', letter: 'r' },
  { key: 'mirrors', to: '/mirrors', icon: 'i-lucide-split', group: 'outside', letter: 'm' },
  { key: 'ports', to: '/ports', icon: 'i-lucide-plug', group: 'outside', letter: 'p' },
  { key: 'commands', to: '/commands', icon: 'i-lucide-terminal', group: 'foot', letter: 'l' },
  { key: 'reclaim', to: '/reclaim', icon: 'i-lucide-brush-cleaning', group: 'foot', letter: 'f' },
  { key: 'doctor', to: '/doctor', icon: 'i-lucide-stethoscope', group: 'foot', letter: 'd' },
  { key: 'settings', to: '/settings', icon: 'i-lucide-settings-2', group: 'foot', letter: 's' },
] as const

export type Page = (typeof pages)[number]
export type PageKey = Page['key']
