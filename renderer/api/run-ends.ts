import { isUnderWay, type Run } from '#api'
import type { KeptIds } from '../browser/kept-ids.ts'

export interface RunEnds<R extends Run> {
  /** Whether it had ended before this window was opened, or this life of it: then it is no news. */
  isOld: (id: string) => boolean
  /** What has ended since the last look; `gone` are those of whose end nothing is known any more. */
  take: (now: readonly R[]) => { ended: R[]; gone: string[] }
}

/**
 * Tells each end once: of a run that began and ended between two looks, too, or while the window was loaded anew.
 * `kept` are those whose end a window has no need to tell, over its lives.
 */
export function createRunEnds<R extends Run>(kept: KeptIds): RunEnds<R> {
  const earlier = kept.read()
  let told = earlier && new Set(earlier)
  let old = told
  let underWay: readonly string[] = []
  return {
    isOld: (id) => old?.has(id) === true,
    take(now) {
      const over = now.filter((run) => !isUnderWay(run))
      const before = told
      told = new Set(toIds(over))
      // A window that was just opened has missed none of them.
      old ??= told
      const ended = over.filter(({ id }) => !(before ?? old)?.has(id))
      if (!before || ended.length > 0 || told.size < before.size) kept.write([...told])
      const there = new Set(toIds(now))
      const gone = underWay.filter((id) => !there.has(id))
      underWay = toIds(now.filter(isUnderWay))
      return { ended, gone }
    },
  }
}

const toIds = (runs: readonly Run[]) => runs.map(({ id }) => id)
