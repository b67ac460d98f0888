import type { Container, PortMapping } from '#api'
import type { Tone } from '../components/AppStateDot.vue'

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
