import type { HostPort } from '#api'
import type { Tone } from '../components/AppStateDot.vue'
import { toAddress } from './port-links.ts'

/** Where a port is found: by name where both address families lead to it. */
export function toPlace({ address, port }: Pick<HostPort, 'address' | 'port'>, host: string) {
  if (address === '127.0.0.1' || address === '0.0.0.0') return `${host}:${port}`
  return `${address.includes(':') ? `[${address}]` : address}:${port}`
}

/** For a browser; undefined for what none can open. */
export function toUrl(port: HostPort, host: string): string | undefined {
  if (port.protocol !== 'tcp' || port.state !== 'open') return undefined
  const hostIp = port.address === '127.0.0.1' ? '' : port.address
  return toAddress({ ...port, protocol: 'tcp', hostIp }, port.port, host)
}

export function toPortTone(state: HostPort['state']): Tone {
  switch (state) {
    case 'open':
      return 'success'
    case 'opening':
      return 'primary'
    case 'taken':
      return 'warning'
    case 'closed':
      return 'error'
  }
}
