import { z } from 'zod'
import type { PortMapping } from '#api'
import { isHostAddress, toHostAddress } from './host-address.ts'

/**
 * The label that keeps what was asked for, since in the guest everything is published on every address. Answers of the
 * engine have it only when their query names it.
 */
export const askedLabel = 'dev.berth.published'

const schema = z.record(
  z.string(),
  z.array(z.object({ HostIp: z.string().refine(isHostAddress), HostPort: z.string().optional() })),
)

type Asked = z.infer<typeof schema>

/** The addresses that a container's owner asked for, by its port; the engine's own where none was given. */
export function parseAsked(
  labels: Readonly<Record<string, string>>,
): (mapping: PortMapping, hostPort: number) => string[] {
  const bindings = read(labels[askedLabel])
  return ({ containerPort, protocol, hostIp = '' }, hostPort) => {
    const asked = bindings?.[`${containerPort}/${protocol}`] ?? []
    const exact = asked.filter(({ HostPort = '' }) => Number(HostPort) === hostPort)
    if (exact.length > 0) return exact.map(({ HostIp }) => toHostAddress(HostIp))
    const loose = asked.find(({ HostPort = '' }) => !/^\d+$/.test(HostPort) || HostPort === '0')
    // Of several that left the port to the engine, its answer tells which one got this.
    const address = toHostAddress(hostIp)
    return [loose && isEverywhere(address) ? toHostAddress(loose.HostIp) : address]
  }
}

/** Made by a client that went past us, so that nothing is known but what the engine does. */
export function isUnasked(labels: Readonly<Record<string, string>>): boolean {
  return read(labels[askedLabel]) === undefined
}

export function isEverywhere(hostIp: string): boolean {
  return hostIp === '' || hostIp === '0.0.0.0' || hostIp === '::'
}

/** A label can be anybody's: what is not ours says nothing. */
function read(text: string | undefined): Asked | undefined {
  if (text === undefined) return undefined
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
