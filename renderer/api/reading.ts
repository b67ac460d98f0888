/** A stream that is being read. `done` settles when it ends, fails, or is stopped. */
export interface Reading {
  done: Promise<void>
  stop(): void
}

/**
 * Reads `source` until it ends or is stopped; nothing reaches `take` after `stop`. The next item is asked for once
 * `take` is done, so that one that takes its time holds the source back.
 */
export function read<T>(
  source: AsyncIterable<T>,
  take: (item: T) => void | Promise<void>,
): Reading {
  const iterator = source[Symbol.asyncIterator]()
  const state = { stopped: false }
  const drain = async () => {
    for (;;) {
      const next = await iterator.next()
      if (state.stopped || next.done === true) return
      await take(next.value)
    }
  }
  return {
    done: drain(),
    stop() {
      state.stopped = true
      void iterator.return?.()
    },
  }
}

/** A stream of something made of each item. Leaving it leaves the source at once, also while that is silent. */
export function mapItems<T, U>(source: AsyncIterable<T>, toNext: (item: T) => U): AsyncIterable<U> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]()
      return {
        async next() {
          const next = await iterator.next()
          return next.done === true
            ? { done: true, value: undefined }
            : { done: false, value: toNext(next.value) }
        },
        async return() {
          await iterator.return?.()
          return { done: true, value: undefined }
        },
      }
    },
  }
}
