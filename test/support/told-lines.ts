import { expect, vi } from 'vitest'

export type Lines = ReturnType<typeof followLines>

/** The lines of a program as they come, for whoever waits for one of them. */
export function followLines(lines: AsyncIterable<string>) {
  const all: string[] = []
  let read = 0
  void (async () => {
    for await (const line of lines) all.push(line)
  })()
  return {
    all,
    /** Passes over what has been said so far. */
    skip: () => void (read = all.length),
    /** Passes over all up to the next one that is so. */
    until: (wanted: string, timeout = 20_000) =>
      vi.waitFor(
        () => {
          const at = all.indexOf(wanted, read)
          expect(at, `${wanted} in ${all.join(' ')}`).toBeGreaterThanOrEqual(read)
          read = at + 1
        },
        { timeout, interval: 2 },
      ),
  }
}
