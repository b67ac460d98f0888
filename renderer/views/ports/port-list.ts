import type { HostPort } from '#api'

export const portFilters = ['all', 'published', 'forward', 'trouble'] as const
export type PortFilter = (typeof portFilters)[number]

export function isInFilter({ origin, error }: HostPort, filter: PortFilter): boolean {
  return filter === 'all' || (filter === 'trouble' ? error !== undefined : origin === filter)
}

/** Those with all of the words in what a row shows. */
export function findPorts(ports: readonly HostPort[], text: string): readonly HostPort[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return ports
  return ports.filter((port) => {
    const { address, port: number, protocol, containerName, containerPort, holder } = port
    const shown = `${address}:${number}/${protocol} ${containerName}:${containerPort} ${holder?.name ?? ''}`
    return words.every((word) => shown.toLowerCase().includes(word))
  })
}
