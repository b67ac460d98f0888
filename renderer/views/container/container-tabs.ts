/** The parts of a container's page in their order: the digit keys 1 to 9 and 0 go to them. */
export const containerTabs = [
  'overview',
  'logs',
  'terminal',
  'stats',
  'inspect',
  'env',
  'mounts',
  'ports',
  'processes',
  'changes',
] as const

export type ContainerTab = (typeof containerTabs)[number]

/** The tab that an address names; its log for none or an unknown one. */
export function toContainerTab(text: string | undefined): ContainerTab {
  return containerTabs.find((tab) => tab === text) ?? 'logs'
}

/** The digit key of the tab at `index`. */
export function toTabKey(index: number): string {
  return String((index + 1) % 10)
}
