import type { PortMapping } from '#api'

export interface PortLink {
  /** Host port → container port, as "8080→80". */
  text: string
  /** Where a browser finds it. */
  href: string
}

/** Addresses that mean "every address of this computer". */
const everywhere = new Set(['', '0.0.0.0', '::', '[::]'])

/** The published TCP ports as addresses, without the IPv6 twin of an IPv4 one. `host` is where this window came from. */
export function toPortLinks(ports: readonly PortMapping[], host: string): PortLink[] {
  const links = new Map<string, PortLink>()
  for (const port of ports) {
    if (port.protocol !== 'tcp' || port.hostPort === undefined) continue
    const text = `${String(port.hostPort)}→${port.containerPort}`
    if (!links.has(text)) links.set(text, { text, href: toAddress(port, port.hostPort, host) })
  }
  return [...links.values()]
}

/** The address of a published port for a browser. 443 and the like are asked over TLS. */
export function toAddress(port: PortMapping, hostPort: number, host: string): string {
  const scheme = port.containerPort === 443 || port.containerPort === 8443 ? 'https' : 'http'
  const ip = port.hostIp ?? ''
  const name = everywhere.has(ip) ? host || 'localhost' : ip.includes(':') ? `[${ip}]` : ip
  return `${scheme}://${name}:${String(hostPort)}`
}

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** Where this computer's ports are found from this window: where a browser found it; Electron's own name is no computer's. */
export function toPortHost({ hostname }: Pick<Location, 'hostname'>): string {
  return loopback.has(hostname) ? hostname : 'localhost'
}
