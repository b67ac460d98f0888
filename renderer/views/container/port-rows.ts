import type { ContainerDetails, HostPort, PortMapping } from '#api'
import { toPlace, toUrl } from '../../container/host-port.ts'
import { toAddress } from '../../container/port-links.ts'

/** A port of a container, with what this computer does for it. */
export interface PortRow {
  /** All that is shown, for the filter. */
  id: string
  inside: string
  containerPort: number
  /** On this computer; empty for what is not published. */
  outside: string
  /** For a browser. */
  address: string | undefined
  /** Absent while the container does not run. */
  port: HostPort | undefined
  /** Nothing leads to it, and something could. */
  canForward: boolean
}

type Details = Pick<ContainerDetails, 'ports' | 'state'>

/** What the container has, each with its listener, and then the forwards that were made by hand. */
export function toPortRows(
  { ports, state }: Details,
  listened: readonly HostPort[],
  host: string,
): PortRow[] {
  const forwards = listened.filter(({ origin }) => origin === 'forward')
  const isForwarded = ({ containerPort, protocol }: PortMapping) =>
    forwards.some((one) => one.containerPort === containerPort && one.protocol === protocol)
  const own = ports.map((mapping) => {
    const { containerPort, protocol, hostPort } = mapping
    const port = listened.find(
      (one) => one.origin === 'published' && one.protocol === protocol && one.port === hostPort,
    )
    const isExposed = hostPort === undefined && protocol === 'tcp'
    return toRow({
      ...{ containerPort, port, inside: `${containerPort}/${protocol}` },
      outside: port ? toPlace(port, host) : toBinding(mapping),
      address: port ? toUrl(port, host) : toGuess(mapping, host),
      canForward: isExposed && state === 'running' && !isForwarded(mapping),
    })
  })
  const made = forwards.map((port) =>
    toRow({
      ...{ containerPort: port.containerPort, port, canForward: false },
      inside: `${port.containerPort}/${port.protocol}`,
      outside: toPlace(port, host),
      address: toUrl(port, host),
    }),
  )
  return [...own, ...made]
}

function toRow(row: Omit<PortRow, 'id'>): PortRow {
  return { id: `${row.inside} ${row.outside}`, ...row }
}

/** As it was asked for, where nothing listens yet or any more. */
function toBinding({ hostIp = '', hostPort }: PortMapping): string {
  if (hostPort === undefined) return ''
  return `${hostIp.includes(':') ? `[${hostIp}]` : hostIp}:${hostPort}`
}

function toGuess(mapping: PortMapping, host: string): string | undefined {
  const { hostPort, protocol } = mapping
  return hostPort !== undefined && protocol === 'tcp'
    ? toAddress(mapping, hostPort, host)
    : undefined
}
