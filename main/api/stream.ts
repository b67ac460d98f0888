/** The part of AbortSignal that the border needs; both Node's and the DOM's fit. */
export interface StopSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
}

export interface Abort {
  readonly signal: StopSignal
  abort(): void
}

/** A stop signal of our own making, since this folder knows neither Node's nor the DOM's AbortController. */
export function createAbort(): Abort {
  const listeners = new Set<() => void>()
  const state = { aborted: false }
  const signal: StopSignal = {
    get aborted() {
      return state.aborted
    },
    addEventListener(_type, listener) {
      if (state.aborted) listener()
      else listeners.add(listener)
    },
  }
  return {
    signal,
    abort() {
      if (state.aborted) return
      state.aborted = true
      for (const listener of listeners) listener()
      listeners.clear()
    },
  }
}

/** Gives one item to the reader; resolves when the reader is ready for more. */
export type Push<T> = (item: T) => Promise<void>

/**
 * An AsyncIterable that its reader can stop at once, also while the source is silent: leaving the `for await` aborts
 * `signal`. The source pushes until its function returns (the stream ends) or throws (the reader's loop throws).
 * A source that awaits `push` runs at most `ahead` items ahead of its reader.
 */
export function stream<T>(
  source: (push: Push<T>, signal: StopSignal) => Promise<void>,
  ahead = 64,
): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => startReading(source, ahead) }
}

type Ending = { kind: 'open' } | { kind: 'ended' } | { kind: 'failed'; error: unknown }

/** Those who wait for the same news; there may be several, and all are woken. */
function createWaiters() {
  const waiting = new Set<() => void>()
  return {
    wait: () => new Promise<void>((resolve) => waiting.add(resolve)),
    wake() {
      for (const resolve of waiting) resolve()
      waiting.clear()
    },
  }
}

function startReading<T>(
  source: (push: Push<T>, signal: StopSignal) => Promise<void>,
  ahead: number,
): AsyncIterator<T> {
  const abort = createAbort()
  const items: T[] = []
  const [readers, pushes] = [createWaiters(), createWaiters()]
  let ending: Ending = { kind: 'open' }

  const finish = (end: Ending) => {
    if (ending.kind === 'open') ending = end
    readers.wake()
    pushes.wake()
  }
  const push: Push<T> = async (item) => {
    if (ending.kind !== 'open') return
    items.push(item)
    readers.wake()
    while (items.length >= ahead && !abort.signal.aborted) await pushes.wait()
  }
  void source(push, abort.signal).then(
    () => finish({ kind: 'ended' }),
    (error: unknown) => finish({ kind: 'failed', error }),
  )

  return {
    async next() {
      for (;;) {
        const item = items.shift()
        if (item !== undefined) {
          pushes.wake()
          return { done: false, value: item }
        }
        if (ending.kind === 'failed') throw ending.error
        if (ending.kind === 'ended') return { done: true, value: undefined }
        await readers.wait()
      }
    },
    return() {
      items.length = 0
      finish({ kind: 'ended' })
      abort.abort()
      return Promise.resolve({ done: true, value: undefined })
    },
  }
}
