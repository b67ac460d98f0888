import { stream } from '#api'
import type { EngineChanges, EngineEvent, ObjectKind } from './changes.ts'
import { createRefresher } from './refresher.ts'

export interface LiveListParts<T> {
  changes: EngineChanges
  kind: ObjectKind
  /** Whether an event changes what the list shows. */
  matters(event: EngineEvent): boolean
  fetch(): Promise<T>
}

interface Watcher<T> {
  give(list: T): void
  fail(error: unknown): void
}

/**
 * A list that is fetched when somebody watches it and something changed: one fetch for all watchers, and one for a
 * whole burst of changes. A fetch that fails is tried again once; then the watchers are told, who may ask anew.
 */
export class LiveList<T> {
  readonly #parts: LiveListParts<T>
  readonly #watchers = new Set<Watcher<T>>()
  readonly #refresher = createRefresher(() => this.#refresh())
  #latest: { list: T } | undefined
  #stale = true
  #failures = 0

  constructor(parts: LiveListParts<T>) {
    this.#parts = parts
  }

  watch(): AsyncIterable<T> {
    return stream<T>(async (push, signal) => {
      const news = createNews<T>(this.#stale ? undefined : this.#latest)
      this.#add(news)
      signal.addEventListener('abort', () => {
        this.#delete(news)
        news.wake()
      })
      try {
        while (!signal.aborted) {
          const next = news.take()
          if (next) await push(next.list)
          else await news.wait()
        }
      } finally {
        this.#delete(news)
      }
    }, 1)
  }

  #add(watcher: Watcher<T>): void {
    const { changes, kind } = this.#parts
    if (this.#watchers.size === 0) {
      changes.on(kind, this.#onEvent)
      changes.on('resync', this.#onResync)
    }
    this.#watchers.add(watcher)
    if (this.#stale && changes.live) this.#refresher.ask()
  }

  #delete(watcher: Watcher<T>): void {
    if (!this.#watchers.delete(watcher) || this.#watchers.size > 0) return
    const { changes, kind } = this.#parts
    changes.off(kind, this.#onEvent)
    changes.off('resync', this.#onResync)
    this.#stale = true
    this.#latest = undefined
    this.#failures = 0
  }

  readonly #onEvent = (event: EngineEvent): void => {
    if (this.#parts.matters(event)) this.#onResync()
  }

  readonly #onResync = (): void => {
    this.#stale = true
    this.#refresher.ask()
  }

  async #refresh(): Promise<void> {
    if (!this.#stale || this.#watchers.size === 0) return
    this.#stale = false
    try {
      const list = await this.#parts.fetch()
      this.#failures = 0
      this.#latest = { list }
      for (const watcher of this.#watchers) watcher.give(list)
    } catch (error) {
      this.#stale = true
      this.#failures += 1
      // When the engine has gone, the feed says `resync` once it is back.
      if (!this.#parts.changes.live) return
      if (this.#failures === 1) this.#refresher.ask()
      else for (const watcher of this.#watchers) watcher.fail(error)
    }
  }
}

/** The newest list that one reader has not seen yet; one who is slow misses what lay between. */
function createNews<T>(first: { list: T } | undefined) {
  let next = first
  let failure: { error: unknown } | undefined
  let wake: () => void = () => undefined
  return {
    give(list: T) {
      next = { list }
      wake()
    },
    fail(error: unknown) {
      failure = { error }
      wake()
    },
    take(): { list: T } | undefined {
      if (failure) throw failure.error
      const taken = next
      next = undefined
      return taken
    },
    wait: () => new Promise<void>((resolve) => (wake = resolve)),
    wake: () => wake(),
  }
}
