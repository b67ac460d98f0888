import type { Container } from '#api'
import { type BulkVerb, bulkVerbs, suits, verbIcons } from '../../container/container-verbs.ts'

const places = ['open', 'logs', 'terminal', 'stats', 'inspect'] as const

/** What one container takes from the palette, in its order. */
export const containerVerbs = [...places, ...bulkVerbs.slice(0, -1), 'rename', 'remove'] as const
export type ContainerAct = (typeof containerVerbs)[number]

export const actIcons: Record<ContainerAct, string> = {
  ...verbIcons,
  open: 'i-lucide-arrow-right',
  logs: 'i-lucide-scroll-text',
  terminal: 'i-lucide-square-terminal',
  stats: 'i-lucide-chart-line',
  inspect: 'i-lucide-braces',
  rename: 'i-lucide-pencil',
}

const isBulkVerb = (act: ContainerAct): act is BulkVerb => Object.hasOwn(verbIcons, act)

/** Whether a container in this state would take the order. */
export function takes(state: Container['state'], act: ContainerAct): boolean {
  if (isBulkVerb(act)) return suits(act, { state })
  return state === 'running' || (act !== 'terminal' && act !== 'stats')
}
