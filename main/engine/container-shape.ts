import type Docker from 'dockerode'
import type { Container, PortMapping } from '#api'

const states = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'] as const

/** The engine's list entry as ours. */
export function toContainer(info: Docker.ContainerInfo): Container {
  const project = info.Labels['com.docker.compose.project']
  const service = info.Labels['com.docker.compose.service']
  return {
    id: info.Id,
    name: (info.Names[0] ?? info.Id.slice(0, 12)).replace(/^\//, ''),
    image: info.Image,
    imageId: info.ImageID,
    command: info.Command,
    state: states.find((state) => state === info.State) ?? 'dead',
    status: info.Status,
    createdAt: info.Created * 1000,
    ports: toPorts(info.Ports),
    ...(project !== undefined && { project }),
    ...(service !== undefined && { service }),
  }
}

/** The engine lists a port once per address family; one line is enough where only the family differs. */
function toPorts(ports: readonly Docker.Port[]): PortMapping[] {
  const found = new Map<string, PortMapping>()
  for (const port of ports) {
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
