import type { ErrorCode, HostPort, PortMapping, PortReach } from '#api'
import { isEverywhere, isUnasked, parseAsked } from './asked.ts'
import { type Listener, toGuestListeners, toListeners } from './listener.ts'

/** A container that runs, as far as ports go. */
export interface RunningContainer {
  id: string
  name: string
  labels: Readonly<Record<string, string>>
  ports: readonly PortMapping[]
  /** What of this computer it has mounted. */
  folders: readonly string[]
  /** Names of the volumes that it has mounted. */
  volumes: readonly string[]
}

/** A port as it should be, and what has to listen for it. */
export interface WantedPort {
  port: Omit<HostPort, 'state' | 'error' | 'holder'>
  listeners: Listener[]
  /** Why nothing can listen for it at all. */
  refusal?: ErrorCode
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
    const { hostPort } = mapping
    if (hostPort === undefined) return []
    const found = asked(mapping, hostPort).map((hostIp) =>
      toPort(container, { ...mapping, hostPort, hostIp }, options),
    )
    // 127.0.0.1 and ::1 are one, and so are all addresses of both families.
    return [...new Map(found.map((one) => [one.port.id, one])).values()]
  })
}

type Chosen = Pick<HostPort, 'protocol' | 'port' | 'containerId' | 'containerPort'>

/**
 * What a choice of reach is kept by: it is the container's, whatever its name is, and for both ends of the port, since the
 * engine may give the host's number to another port of it at the next start.
 */
export function toChoice({ containerId, protocol, port, containerPort }: Chosen): string {
  return `${containerId} ${protocol} ${port} ${containerPort}`
}

type Published = PortMapping & Required<Pick<PortMapping, 'hostPort' | 'hostIp'>>

function toPort(
  { id: containerId, name: containerName, labels }: RunningContainer,
  mapping: Published,
  options: WantedOptions,
): WantedPort {
  const { protocol, containerPort, hostPort: port, hostIp } = mapping
  const canShare = isEverywhere(hostIp)
  const chosen = options.choices.get(toChoice({ protocol, port, containerId, containerPort }))
  const wide = options.publishTo === 'lan' ? 'network' : 'computer'
  const reach = canShare ? (chosen ?? wide) : isLoopback(hostIp) ? 'computer' : 'network'
  const address = toAddress(hostIp, reach)
  const place = canShare || address === '127.0.0.1' ? '' : ` ${address}`
  return {
    port: {
      id: `${protocol} ${port} ${containerId.slice(0, 12)} ${containerPort}${place}`,
      ...{ origin: 'published', protocol, address, port, containerId, containerName },
      ...{ containerPort, reach, canShare },
    },
    ...toWay(
      { protocol, address, port, inGuest: isLoopback(hostIp) && isUnasked(labels) },
      options,
    ),
  }
}

interface Target {
  protocol: PortMapping['protocol']
  address: string
  port: number
  /** The guest itself has it on its loopback only. */
  inGuest: boolean
}

function toWay(
  { protocol, address, port, inGuest }: Target,
  { platform }: WantedOptions,
): Pick<WantedPort, 'listeners' | 'refusal'> {
  if (protocol === 'sctp') return { listeners: [], refusal: 'host-port-sctp' }
  if (!inGuest)
    return { listeners: toListeners({ protocol, address, port, guestPort: port }, platform) }
  if (protocol === 'udp') return { listeners: [], refusal: 'host-port-guest-only' }
  return { listeners: toGuestListeners(address, port) }
}

function toAddress(hostIp: string, reach: PortReach): string {
  if (isEverywhere(hostIp)) return reach === 'network' ? '0.0.0.0' : '127.0.0.1'
  return hostIp === '::1' ? '127.0.0.1' : hostIp
}

function isLoopback(hostIp: string): boolean {
  return hostIp === '::1' || hostIp.startsWith('127.')
}
