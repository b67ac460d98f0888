import { setTimeout as delay } from 'node:timers/promises'
import { AppError, type StatsSample, stream } from '#api'
import type { EngineChanges, EngineEvent } from './changes.ts'
import type { EngineClient } from './client.ts'
import { StatsFeed } from './stats-feed.ts'
import { createStatsRing, type StatsRing } from './stats-ring.ts'

type Listener = (sample: StatsSample) => void

interface Needed {
  feed: StatsFeed
  listeners: Set<Listener>
  closing?: NodeJS.Timeout
}

interface History {
  ring: StatsRing
  readers: number
  lookedAt: number
  release(): void
}

/** Scrolling away and back does not open a feed anew. */
const lingerMs = 5000
/** A batch waits this long for the samples of the same second. */
const gatherMs = 200
const batchEveryMs = 1000
const mostAtOnce = 500
const historyMs = 3_600_000
const historySamples = 3600
const mostHistories = 32

/** What containers use: one feed of the engine for all who want to know of a container. */
export class Stats implements Disposable {
  readonly #client: EngineClient
  readonly #changes: EngineChanges
  readonly #needed = new Map<string, Needed>()
  /** In the order of the last look. */
  readonly #histories = new Map<string, History>()

  constructor(client: EngineClient, changes: EngineChanges) {
    this.#client = client
    this.#changes = changes
    changes.on('away', this.#forgetAll)
    changes.on('container', this.#onContainer)
  }

  /** @throws {AppError} `input-invalid` for more than can be on a screen */
  watch(ids: readonly string[]): AsyncIterable<StatsSample[]> {
    const wanted = new Set(ids)
    if (wanted.size > mostAtOnce) throw new AppError('input-invalid', { what: 'ids' })
    return stream<StatsSample[]>(async (push, signal) => {
      const fresh = new Map<string, StatsSample>()
      const news = createWake(signal)
      using stack = new DisposableStack()
      for (const id of wanted) {
        const release = this.#need(id, (sample) => {
          fresh.set(id, sample)
          news.wake()
        })
        stack.defer(release)
      }
      for (let last = 0; ; last = performance.now()) {
        if (fresh.size === 0) await news.wait()
        const pauseMs = Math.max(gatherMs, last + batchEveryMs - performance.now())
        if (!signal.aborted) await delay(pauseMs)
        if (signal.aborted) return
        const batch = [...fresh.values()]
        fresh.clear()
        await push(batch)
      }
    }, 1)
  }

  watchHistory(id: string): AsyncIterable<StatsSample[]> {
    return stream<StatsSample[]>(async (push, signal) => {
      const fresh: StatsSample[] = []
      const news = createWake(signal)
      using stack = new DisposableStack()
      const history = this.#historyOf(id)
      history.readers += 1
      stack.defer(() => {
        history.readers -= 1
        history.lookedAt = Date.now()
        this.#sweep()
      })
      const release = this.#need(id, (sample) => {
        fresh.push(sample)
        news.wake()
      })
      stack.defer(release)
      await push(history.ring.all())
      while (!signal.aborted) {
        if (fresh.length === 0) await news.wait()
        if (fresh.length > 0) await push(fresh.splice(0))
      }
    }, 1)
  }

  [Symbol.dispose](): void {
    this.#changes.off('away', this.#forgetAll)
    this.#changes.off('container', this.#onContainer)
    this.#forgetAll()
    for (const { feed, closing } of this.#needed.values()) {
      clearTimeout(closing)
      feed[Symbol.dispose]()
    }
    this.#needed.clear()
  }

  /** Returns the function that says it is not needed any more. */
  #need(id: string, listener: Listener): () => void {
    const entry = this.#needed.get(id) ?? this.#open(id)
    clearTimeout(entry.closing)
    entry.listeners.add(listener)
    return () => {
      entry.listeners.delete(listener)
      if (entry.listeners.size > 0) return
      entry.closing = setTimeout(() => {
        this.#needed.delete(id)
        entry.feed[Symbol.dispose]()
      }, lingerMs).unref()
    }
  }

  #open(id: string): Needed {
    const listeners = new Set<Listener>()
    const give = (sample: StatsSample) => {
      for (const listener of [...listeners]) listener(sample)
      this.#sweep()
    }
    const feed = new StatsFeed({ client: this.#client, changes: this.#changes, id, give })
    const entry: Needed = { feed, listeners }
    this.#needed.set(id, entry)
    return entry
  }

  #historyOf(id: string): History {
    const history = this.#histories.get(id) ?? this.#record(id)
    this.#histories.delete(id)
    this.#histories.set(id, history)
    history.lookedAt = Date.now()
    this.#sweep()
    return history
  }

  #record(id: string): History {
    const ring = createStatsRing(id, historySamples)
    const release = this.#need(id, (sample) => ring.add(sample))
    return { ring, release, readers: 0, lookedAt: 0 }
  }

  /** Lets go of what nobody has looked at for an hour, and of the longest unread ones of too many. */
  #sweep(): void {
    for (const [id, history] of this.#histories) {
      if (history.readers > 0) continue
      const isOld = Date.now() - history.lookedAt > historyMs
      if (isOld || this.#histories.size > mostHistories) this.#forget(id)
    }
  }

  #forget(id: string): void {
    this.#histories.get(id)?.release()
    this.#histories.delete(id)
  }

  readonly #forgetAll = (): void => {
    for (const id of [...this.#histories.keys()]) this.#forget(id)
  }

  readonly #onContainer = ({ id, action }: EngineEvent): void => {
    if (action === 'destroy') this.#forget(id)
  }
}

/** Waits for a word, or for the end. */
function createWake(signal: { addEventListener(type: 'abort', listener: () => void): void }) {
  const state = { fresh: false, resolve: () => undefined as unknown }
  const wake = () => {
    state.fresh = true
    state.resolve()
  }
  signal.addEventListener('abort', wake)
  return {
    wake,
    async wait() {
      if (!state.fresh) await new Promise<void>((resolve) => (state.resolve = resolve))
      state.fresh = false
    },
  }
}
