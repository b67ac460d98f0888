import type { ListNews } from '#api'

/** What one reader of a list has not seen yet: everything, or the ids that changed. Never more than one of these. */
export interface PendingNews<T> {
  giveAll(): void
  /** These ids changed, came or went. */
  give(ids: readonly string[]): void
  fail(error: unknown): void
  /** Made from what is known now, so that a slow reader gets many changes as one. */
  take(): ListNews<T> | undefined
  /** Until there is something to take. */
  wait(): Promise<void>
  wake(): void
}

export function createListNews<T>(known: ReadonlyMap<string, T>): PendingNews<T> {
  const ids = new Set<string>()
  let all = false
  let failure: { error: unknown } | undefined
  let wake: () => void = () => undefined
  return {
    giveAll() {
      all = true
      wake()
    },
    give(changed) {
      for (const id of changed) ids.add(id)
      wake()
    },
    fail(error) {
      failure = { error }
      wake()
    },
    take() {
      if (failure) throw failure.error
      if (!all && ids.size === 0) return undefined
      const touched = [...ids]
      ids.clear()
      if (all) {
        all = false
        return { all: [...known.values()] }
      }
      return {
        changed: touched.flatMap((id) => known.get(id) ?? []),
        gone: touched.filter((id) => !known.has(id)),
      }
    },
    wait: () => new Promise<void>((resolve) => (wake = resolve)),
    wake: () => wake(),
  }
}
