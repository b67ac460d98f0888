import type Docker from 'dockerode'
import type { Container, PortMapping } from '#api'

const states = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'] as const

/** What the engine leaves null where it has nothing to tell. */
export type ListedContainer = Omit<
  Docker.ContainerInfo,
  'Labels' | 'Names' | 'Mounts' | 'NetworkSettings'
> & {
  Labels: Record<string, string> | null
  Names: string[] | null
  Mounts?: { Type?: string; Name?: string; Source?: string }[] | null
  NetworkSettings?: { Networks?: Record<string, unknown> | null } | null
}

/** The engine's list entry as ours. */
export function toContainer(info: ListedContainer): Container {
  const labels = info.Labels ?? {}
  const project = labels['com.docker.compose.project']
  const service = labels['com.docker.compose.service']
  const exitCode = toExitCode(info.Status)
  const health = toHealth(info.Status)
  return {
    id: info.Id,
    name: (info.Names?.[0] ?? info.Id.slice(0, 12)).replace(/^\//, ''),
    image: info.Image,
    imageId: info.ImageID,
    command: info.Command,
    state: toState(info.State),
    status: info.Status,
    ...(exitCode !== undefined && { exitCode }),
    ...(health !== undefined && { health }),
    createdAt: info.Created * 1000,
    ports: toPorts(info.Ports),
    labels,
    networks: Object.keys(info.NetworkSettings?.Networks ?? {}),
    mounts: (info.Mounts ?? []).flatMap(toMountName),
    ...(project !== undefined && { project }),
    ...(service !== undefined && { service }),
  }
}

export function toState(state: string): Container['state'] {
  return states.find((known) => known === state) ?? 'dead'
}

/** "Exited (137) 2 minutes ago"; the list has it nowhere else. */
function toExitCode(status: string): number | undefined {
  const found = /^(?:Exited|Restarting) \((-?\d+)\)/.exec(status)
  return found ? Number(found[1]) : undefined
}

/** "Up 2 minutes (healthy)", "Up 3 seconds (health: starting)" */
function toHealth(status: string): Container['health'] {
  const found = /\((healthy|unhealthy|health: starting)\)/.exec(status)?.[1]
  if (found === 'health: starting') return 'starting'
  return found === 'healthy' || found === 'unhealthy' ? found : undefined
}

function toMountName(mount: { Type?: string; Name?: string; Source?: string }): string[] {
  const name = mount.Type === 'volume' ? mount.Name : mount.Source
  return name ? [name] : []
}

/** The engine lists a port once per address family; one line is enough where only the family differs. */
function toPorts(ports: readonly Docker.Port[] | null): PortMapping[] {
  const found = new Map<string, PortMapping>()
  for (const port of ports ?? []) {
    const protocol = port.Type === 'udp' || port.Type === 'sctp' ? port.Type : 'tcp'
    const hostPort = (port.PublicPort as number | undefined) ?? undefined
    const key = `${port.PrivatePort}/${protocol}/${hostPort ?? ''}`
    const hostIp = (port.IP as string | undefined) ?? undefined
    if (found.has(key)) continue
    found.set(key, {
      containerPort: port.PrivatePort,
      protocol,
      ...(hostPort !== undefined && { hostPort }),
      ...(hostIp !== undefined && { hostIp }),
    })
  }
  return [...found.values()].toSorted((a, b) => a.containerPort - b.containerPort)
}
