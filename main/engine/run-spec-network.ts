import { z } from 'zod'
import { runText } from './run-spec-text.ts'

const port = z.number().int().min(1).max(65535)
const address = z.union([z.ipv4(), z.ipv6()])

/** What a run may say of its ports and of the network. */
export const networkFields = {
  ports: z.array(
    z.strictObject({
      containerPort: port,
      protocol: z.enum(['tcp', 'udp', 'sctp']),
      hostPort: z.union([z.literal(0), port]).optional(),
      hostIp: address.optional(),
    }),
  ),
  publishAll: z.boolean(),
  expose: z.array(
    runText.refine((text) => parseExpose(text) !== undefined, { error: 'port[-port][/protocol]' }),
  ),
  network: runText.min(1),
  networkAliases: z.array(runText.min(1)),
  hostname: runText.min(1).max(253),
  addHost: z.array(runText.regex(/^[^:=\s]+[:=]\S+$/)),
  dns: z.array(address),
  macAddress: runText.regex(/^[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}$/),
  ip: address,
}

/** `80`, `80/udp`, `8000-8010/tcp` as the engine's keys; undefined for what is none of these. */
export function parseExpose(text: string): string[] | undefined {
  const found = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/.exec(text)
  if (!found) return undefined
  const first = Number(found[1])
  const last = Number(found[2] ?? first)
  if (first < 1 || last > 65535 || last < first) return undefined
  return Array.from({ length: last - first + 1 }, (_, index) => {
    return `${first + index}/${found[3] ?? 'tcp'}`
  })
}
