/** Numbers that come again for the same seed. */
export interface Random {
  readonly seed: number
  /** From 0 to below 1. */
  next(): number
  /** So many different ones of them, or all. */
  sample<T>(all: readonly T[], count: number): T[]
}

/** @param seed one that a failed test told, to have its numbers again */
export function createRandom(seed = Date.now() % 2 ** 31): Random {
  let state = seed
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    seed,
    next,
    sample(all, count) {
      const keyed = all.map((one) => ({ one, key: next() }))
      return keyed
        .sort((one, other) => one.key - other.key)
        .slice(0, count)
        .map(({ one }) => one)
    },
  }
}
