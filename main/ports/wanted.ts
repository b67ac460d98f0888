import type { HostPort, PortMapping, PortReach } from '#api'
import { type Listener, toListeners } from './listener.ts'
import { parseAsked } from './asked.ts'

/** A container that runs, as far as ports go. */
export interface RunningContainer {
  id: string
  name: string
  labels: Readonly<Record<string, string>>
  ports: readonly PortMapping[]
}

/** A port as it should be, and what has to listen for it. */
export interface WantedPort {
  port: Omit<HostPort, 'state' | 'error' | 'holder'>
  listeners: Listener[]
}

export interface WantedOptions {
  publishTo: 'loopback' | 'lan'
  /** What was chosen for single ports; see `toChoice`. */
  choices: ReadonlyMap<string, PortReach>
  platform: NodeJS.Platform
}

/** Every published port of a container that runs. */
export function toWanted(container: RunningContainer, options: WantedOptions): WantedPort[] {
  const asked = parseAsked(container.labels)
  return container.ports.flatMap((mapping) => {
    if (mapping.hostPort === undefined) return []
    const hostIp = asked(mapping, mapping.hostPort) ?? mapping.hostIp ?? ''
    return toPort(container, { ...mapping, hostPort: mapping.hostPort, hostIp }, options)
  })
}

/** What a choice of reach is kept by: it is the container's, whatever its name is. */
export function toChoice(port: Pick<HostPort, 'protocol' | 'port' | 'containerId'>): string {
  return `${port.containerId} ${port.protocol} ${port.port}`
}

type Published = PortMapping & Required<Pick<PortMapping, 'hostPort' | 'hostIp'>>

function toPort(
  { id: containerId, name: containerName }: RunningContainer,
  { protocol, containerPort, hostPort: port, hostIp }: Published,
  { publishTo, choices, platform }: WantedOptions,
): WantedPort {
  const canShare = isEverywhere(hostIp)
  const chosen = choices.get(toChoice({ protocol, port, containerId }))
  const wide = publishTo === 'lan' ? 'network' : 'computer'
  const reach = canShare ? (chosen ?? wide) : isLoopback(hostIp) ? 'computer' : 'network'
  const address = toAddress(hostIp, reach)
  return {
    port: {
      id: `${protocol} ${port} ${containerId.slice(0, 12)} ${containerPort}`,
      ...{ origin: 'published', protocol, address, port, containerId, containerName },
      ...{ containerPort, reach, canShare },
    },
    listeners:
      protocol === 'sctp'
        ? []
        : toListeners({ protocol, address, port, guestPort: port }, platform),
  }
}

function toAddress(hostIp: string, reach: PortReach): string {
  if (isEverywhere(hostIp)) return reach === 'network' ? '0.0.0.0' : '127.0.0.1'
  return hostIp === '::1' ? '127.0.0.1' : hostIp
}

function isEverywhere(hostIp: string): boolean {
  return hostIp === '' || hostIp === '0.0.0.0' || hostIp === '::'
}

function isLoopback(hostIp: string): boolean {
  return hostIp === '::1' || hostIp.startsWith('127.')
}
