import type { Container, PortMapping } from '#api'
import type { Tone } from './components/AppStateDot.vue'

/** The exit code out of the engine's own words ("Exited (137) 2 hours ago"); undefined while it runs. */
export function parseExitCode(status: string): number | undefined {
  const digits = /^(?:Exited|Restarting) \((\d+)\)/.exec(status)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

export function toContainerTone({
  state,
  status,
  health,
}: Pick<Container, 'state' | 'status' | 'health'>): Tone {
  switch (state) {
    case 'running':
      if (health === 'unhealthy') return 'error'
      return health === 'starting' ? 'primary' : 'success'
    case 'paused':
    case 'restarting':
    case 'removing':
      return 'warning'
    case 'dead':
      return 'error'
    case 'created':
      return 'neutral'
    case 'exited':
      return (parseExitCode(status) ?? 0) === 0 ? 'neutral' : 'error'
  }
}

/** Whether the engine would accept a stop rather than a start. */
export function isUp(state: Container['state']): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting'
}

/** The published ports as short texts, without the IPv6 twin of an IPv4 one; ports that are only exposed are left out. */
export function toPortTexts(ports: readonly PortMapping[]): string[] {
  const texts = ports
    .filter((port) => port.hostPort !== undefined)
    .map((port) => {
      const pair = `${String(port.hostPort)}→${port.containerPort}`
      return port.protocol === 'tcp' ? pair : `${pair}/${port.protocol}`
    })
  return [...new Set(texts)]
}

export interface PortLink {
  /** As `toPortTexts` writes it. */
  text: string
  url: string
}

/** Where a browser of this computer finds the published TCP ports, each once. */
export function toPortLinks(ports: readonly PortMapping[]): PortLink[] {
  const links = new Map<string, PortLink>()
  for (const port of ports) {
    if (port.hostPort === undefined || port.protocol !== 'tcp') continue
    const text = `${port.hostPort}→${port.containerPort}`
    if (!links.has(text))
      links.set(text, { text, url: `http://${toHost(port.hostIp)}:${port.hostPort}` })
  }
  return [...links.values()]
}

/** An address that stands for every one is this computer's own. */
function toHost(ip = ''): string {
  if (['', '0.0.0.0', '::', '127.0.0.1', '::1'].includes(ip)) return 'localhost'
  return ip.includes(':') ? `[${ip}]` : ip
}
