import { randomUUID } from 'node:crypto'
import { type ErrorShape, isUnderWay, type ListNews, type Run } from '#api'
import { type PendingNews, watchList } from './engine/pending-news.ts'

/** What has changed of a run; asked for when it is told, which is seldom beside how often it changes. */
type Look<R extends Run> = () => Partial<Omit<R, keyof Run>>

/** Does a run's work, and ends soon after `signal`. */
export type Work<R extends Run> = (
  tell: (look: Look<R>) => void,
  signal: AbortSignal,
) => Promise<void>

/** A pull tells hundreds of changes a second; nobody sees more than this. */
const paceMs = 100

interface Entry<R extends Run> {
  key: string
  run: R
  look: Look<R> | undefined
  abort: AbortController
  done: Promise<void>
}

export interface RunsOptions {
  toShape: (error: unknown) => ErrorShape
  /** How many that have ended are remembered. */
  mostEnded: number
}

/**
 * What is being done, one run of a key at a time, and how the last one of each ended. Runs belong to the app: windows
 * come and go, and each finds them as they are. Only those that change are told again.
 */
export class Runs<R extends Run> implements AsyncDisposable {
  /** By key, and by id for who watches: both in the order in which they began. */
  readonly #entries = new Map<string, Entry<R>>()
  readonly #runs = new Map<string, R>()
  readonly #watchers = new Set<PendingNews<R>>()
  readonly #options: RunsOptions
  #isOver = false
  #timer: NodeJS.Timeout | undefined

  constructor(options: RunsOptions) {
    this.#options = options
  }

  watch(): AsyncIterable<ListNews<R>> {
    return watchList(this.#runs, (news) => {
      this.#watchers.add(news)
      news.giveAll()
      return () => this.#watchers.delete(news)
    })
  }

  /** The run of this key that has not ended yet. */
  underWay(key: string): R | undefined {
    const run = this.#entries.get(key)?.run
    return run && isUnderWay(run) ? run : undefined
  }

  /** Resolves once none of this key is under way. */
  async whenOver(key: string): Promise<void> {
    while (this.underWay(key)) await this.#entries.get(key)?.done
  }

  /** Begins a run, where none of its key is under way, and gives its id. */
  begin(key: string, first: Omit<R, keyof Run>, work: Work<R>): string {
    const run = { ...first, id: randomUUID(), phase: 'active' } as R
    const abort = new AbortController()
    if (this.#isOver) abort.abort()
    const entry: Entry<R> = { key, run, look: undefined, abort, done: Promise.resolve() }
    const last = this.#entries.get(key)
    if (last) this.#forget([last])
    this.#entries.set(key, entry)
    this.#put([entry])
    entry.done = this.#work(entry, work)
    return run.id
  }

  cancel(id: string): void {
    const entry = this.#find(id)
    if (entry?.run.phase !== 'active') return
    this.#change(entry, { phase: 'ending' })
    entry.abort.abort()
  }

  dismiss(id: string): void {
    const entry = this.#find(id)
    if (entry && !isUnderWay(entry.run)) this.#forget([entry])
  }

  /** Cancels what is under way, and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    const entries = [...this.#entries.values()]
    for (const { run } of entries) this.cancel(run.id)
    await Promise.all(entries.map(({ done }) => done))
    clearTimeout(this.#timer)
  }

  async #work(entry: Entry<R>, work: Work<R>): Promise<void> {
    const { signal } = entry.abort
    const tell = (look: Look<R>) => {
      entry.look = look
      this.#timer ??= setTimeout(() => this.#tellLooks(), paceMs)
    }
    try {
      await work(tell, signal)
      this.#change(entry, { phase: signal.aborted ? 'cancelled' : 'done' })
    } catch (error) {
      this.#change(entry, { phase: 'failed', error: this.#options.toShape(error) })
    }
    this.#forgetOldest()
  }

  #find(id: string): Entry<R> | undefined {
    return [...this.#entries.values()].find(({ run }) => run.id === id)
  }

  #change(entry: Entry<R>, news: Pick<Run, 'phase'> & Partial<Run>): void {
    entry.run = { ...entry.run, ...news }
    this.#put([entry])
  }

  #tellLooks(): void {
    this.#timer = undefined
    this.#put([...this.#entries.values()].filter(({ look }) => look))
  }

  #forgetOldest(): void {
    const ended = [...this.#entries.values()].filter(({ run }) => !isUnderWay(run))
    this.#forget(ended.slice(0, Math.max(0, ended.length - this.#options.mostEnded)))
  }

  #put(entries: readonly Entry<R>[]): void {
    for (const entry of entries) {
      entry.run = { ...entry.run, ...entry.look?.() }
      entry.look = undefined
      this.#runs.set(entry.run.id, entry.run)
    }
    this.#give(entries)
  }

  #forget(entries: readonly Entry<R>[]): void {
    for (const { key, run } of entries) {
      this.#entries.delete(key)
      this.#runs.delete(run.id)
    }
    this.#give(entries)
  }

  #give(entries: readonly Entry<R>[]): void {
    if (entries.length === 0) return
    const ids = entries.map(({ run }) => run.id)
    for (const watcher of this.#watchers) watcher.give(ids)
  }
}
