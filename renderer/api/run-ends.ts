import { isUnderWay, type Run } from '#api'

export interface RunEnds<R extends Run> {
  /** This window has begun it. */
  begun(id: string): void
  /** What has ended of those that are waited for; `gone` are those of whose end nothing is known any more. */
  take(now: readonly R[]): { ended: R[]; gone: string[] }
}

/**
 * Tells each end once, of the runs that this window began or has seen under way: one that had ended before the window
 * was there is no news.
 */
export function createRunEnds<R extends Run>(): RunEnds<R> {
  const open = new Map<string, 'begun' | 'seen'>()
  return {
    // Its answer may come before the list that has it, or after.
    begun(id) {
      if (!open.has(id)) open.set(id, 'begun')
    },
    take(now) {
      const ended = now.filter((run) => !isUnderWay(run) && open.delete(run.id))
      const there = new Set(now.map(({ id }) => id))
      const gone = [...open].filter(([id, how]) => how === 'seen' && !there.has(id))
      for (const [id] of gone) open.delete(id)
      for (const run of now) if (isUnderWay(run)) open.set(run.id, 'seen')
      return { ended, gone: gone.map(([id]) => id) }
    },
  }
}
