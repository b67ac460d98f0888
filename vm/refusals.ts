/** How long a reason that was told is no news. */
const knownMs = 60_000

/** Why connections were refused. */
export interface Refusals {
  note(reason: string): void
  /** Something has changed, so that whatever is refused from now on is news. */
  forget(): void
}

/** Tells each reason once a minute: while a machine starts, connections are refused several times a second. */
export function createRefusals(tell: (reason: string) => void): Refusals {
  const known = new Map<string, number>()
  return {
    note(reason) {
      const now = performance.now()
      for (const [other, toldAt] of known) if (now - toldAt >= knownMs) known.delete(other)
      if (known.has(reason)) return
      known.set(reason, now)
      tell(reason)
    },
    forget: () => known.clear(),
  }
}
