import { stream } from '#api'

/** A value that is watched: each reader gets it at once, and again after each change. */
export interface Live<T> {
  readonly value: T
  set(value: T): void
  watch(): AsyncIterable<T>
}

/**
 * Readers get the newest value only: one who is slow misses what lay between, never the last. That is what makes whole
 * lists safe to stream.
 */
export function createLive<T>(initial: T): Live<T> {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    get value() {
      return value
    },
    set(next) {
      value = next
      for (const listener of [...listeners]) listener()
    },
    watch: () =>
      stream<T>(async (push, signal) => {
        const news: { fresh: boolean; wake: () => void } = { fresh: true, wake: () => undefined }
        const listener = () => {
          news.fresh = true
          news.wake()
        }
        listeners.add(listener)
        signal.addEventListener('abort', () => {
          listeners.delete(listener)
          news.wake()
        })
        while (!signal.aborted) {
          if (news.fresh) {
            news.fresh = false
            await push(value)
          } else {
            await new Promise<void>((resolve) => (news.wake = resolve))
          }
        }
      }, 1),
  }
}
