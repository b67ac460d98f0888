import { z } from 'zod'
import type { PortMapping } from '#api'

/** The label that keeps what was asked for, since in the guest everything is published on every address. */
const askedLabel = 'dev.berth.published'

const schema = z.record(
  z.string(),
  z.array(z.object({ HostIp: z.string(), HostPort: z.string().optional() })),
)

/** The address that a container's owner asked for, by its port; undefined where none was given. */
export function parseAsked(
  labels: Readonly<Record<string, string>>,
): (mapping: PortMapping, hostPort: number) => string | undefined {
  const bindings = read(labels[askedLabel])
  return ({ containerPort, protocol }, hostPort) => {
    const asked = bindings[`${containerPort}/${protocol}`] ?? []
    const exact = asked.find(({ HostPort }) => HostPort === String(hostPort))
    const loose = asked.find(({ HostPort = '' }) => !/^\d+$/.test(HostPort) || HostPort === '0')
    const found = (exact ?? loose)?.HostIp.replace(/^\[(.*)\]$/, '$1')
    return found === '' ? undefined : found
  }
}

/** A label can be anybody's: what is not ours says nothing. */
function read(text: string | undefined): z.infer<typeof schema> {
  if (text === undefined) return {}
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    return {}
  }
}
