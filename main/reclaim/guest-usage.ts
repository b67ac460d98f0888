/** What only the guest can tell. Bytes. */
export interface GuestUsage {
  /** Of the data disk. */
  diskUsed: number
  /** Memory that files are kept in, and that can be had at any time. */
  caches: number
  logs: { container: string; bytes: number; isOld: boolean }[]
}

/** Reads the answer of the guest's `reclaim survey`; what is not understood is passed over. */
export function parseGuestUsage(text: string): GuestUsage {
  const found: GuestUsage = { diskUsed: 0, caches: 0, logs: [] }
  const memory = new Map<string, number>()
  for (const line of text.split('\n')) {
    const log = /^log (\d+) .*\/([0-9a-f]{64})-json\.log(\..+)?$/.exec(line)
    const disk = /^disk \S+ +\d+ +(\d+) /.exec(line)
    const field = /^(\w+): +(\d+) kB$/.exec(line)
    if (log)
      found.logs.push({
        ...{ container: log[2] ?? '', bytes: Number(log[1]) * 512 },
        isOld: log[3] !== undefined,
      })
    else if (disk) found.diskUsed = Number(disk[1]) * 1024
    else if (field?.[1] !== undefined) memory.set(field[1], Number(field[2]) * 1024)
  }
  const of = (name: string) => memory.get(name) ?? 0
  // What programs run from or share in memory stays.
  found.caches = Math.max(0, of('Cached') + of('SReclaimable') - of('Shmem') - of('Mapped'))
  return found
}
