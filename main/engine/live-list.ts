import { stream } from '#api'
import type { Change, EngineChanges } from './changes.ts'

/**
 * A list that is fetched when somebody watches it and something changed: one fetch for all watchers, one at a time, and
 * one for a whole burst of changes (those that come while a fetch is under way share the next).
 */
export class LiveList<T> {
  readonly #fetch: () => Promise<T>
  readonly #changes: EngineChanges
  readonly #kinds: readonly Change[]
  readonly #watchers = new Set<(list: T) => void>()
  #latest: { list: T } | undefined
  #stale = true
  #fetching = false

  constructor(changes: EngineChanges, kinds: readonly Change[], fetch: () => Promise<T>) {
    this.#changes = changes
    this.#kinds = [...kinds, 'resync']
    this.#fetch = fetch
  }

  watch(): AsyncIterable<T> {
    return stream<T>(async (push, signal) => {
      const state: { next: { list: T } | undefined; wake: () => void } = {
        next: this.#stale ? undefined : this.#latest,
        wake: () => undefined,
      }
      const watcher = (list: T) => {
        state.next = { list }
        state.wake()
      }
      this.#add(watcher)
      signal.addEventListener('abort', () => {
        this.#delete(watcher)
        state.wake()
      })
      while (!signal.aborted) {
        const { next } = state
        state.next = undefined
        if (next) await push(next.list)
        else await new Promise<void>((resolve) => (state.wake = resolve))
      }
    }, 1)
  }

  #add(watcher: (list: T) => void): void {
    if (this.#watchers.size === 0) {
      for (const kind of this.#kinds) this.#changes.on(kind, this.#refresh)
    }
    this.#watchers.add(watcher)
    if (this.#stale && this.#changes.live) this.#refresh()
  }

  #delete(watcher: (list: T) => void): void {
    this.#watchers.delete(watcher)
    if (this.#watchers.size > 0) return
    for (const kind of this.#kinds) this.#changes.off(kind, this.#refresh)
    this.#stale = true
  }

  readonly #refresh = (): void => {
    this.#stale = true
    if (this.#fetching) return
    this.#fetching = true
    void this.#fetchAll()
  }

  async #fetchAll(): Promise<void> {
    try {
      while (this.#stale && this.#watchers.size > 0) {
        this.#stale = false
        const list = await this.#fetch()
        this.#latest = { list }
        for (const watcher of this.#watchers) watcher(list)
      }
    } catch {
      // The engine went away in between: the feed says `resync` when it is back.
      this.#stale = true
    } finally {
      this.#fetching = false
    }
  }
}
