import { z } from 'zod'
import { type GuestRepair, repairedParts } from '../machine-state.ts'

/** What the guest says of its own accord; see vm/image/rootfs/usr/lib/berth/pulse. */
export type News =
  | { kind: 'out-of-memory'; killed: string }
  /** What the guest has mended by itself since its boot; told anew on each link. */
  | { kind: 'repair'; repair: GuestRepair }
  /** The engine told of something at this time, in nanoseconds since the epoch. */
  | { kind: 'engine-event'; timeNano: number }

/** @returns undefined for what is none */
export function parseNews(line: string): News | undefined {
  const [, pid, name] = /^oom +(\d+) \(([^)]*)\)/.exec(line) ?? []
  if (pid !== undefined && name !== undefined) {
    return { kind: 'out-of-memory', killed: `${name} (${pid})` }
  }
  const repair = parseRepair(line)
  if (repair) return { kind: 'repair', repair }
  const [, timeNano] = /^event (\d+)$/.exec(line.trim()) ?? []
  return timeNano === undefined ? undefined : { kind: 'engine-event', timeNano: Number(timeNano) }
}

const repair = z.object({ what: z.enum(repairedParts), file: z.string() })

function parseRepair(line: string): GuestRepair | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return repair.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
