import { type ListNews, stream } from '#api'

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

function createListNews<T>(known: ReadonlyMap<string, T>): PendingNews<T> {
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

/**
 * A reader's stream of a list that is kept elsewhere.
 * @param attach has the list's keeper give the reader its news; it returns what takes the reader away again, which may be
 * called twice.
 */
export function watchList<T>(
  known: ReadonlyMap<string, T>,
  attach: (news: PendingNews<T>) => () => void,
): AsyncIterable<ListNews<T>> {
  return stream<ListNews<T>>(async (push, signal) => {
    const news = createListNews(known)
    const detach = attach(news)
    signal.addEventListener('abort', () => {
      detach()
      news.wake()
    })
    try {
      while (!signal.aborted) {
        const next = news.take()
        if (next) await push(next)
        else await news.wait()
      }
    } finally {
      detach()
    }
  }, 1)
}
