import { setTimeout as delay } from 'node:timers/promises'
import { AppError, type StatsSample } from '#api'
import type { EngineChanges, EngineEvent } from './changes.ts'
import type { EngineClient } from './client.ts'
import { readJsonLines } from './json-lines.ts'
import { createSampler, hasStats, type RawStats } from './stats-sample.ts'

export interface StatsFeedParts {
  client: EngineClient
  changes: EngineChanges
  id: string
  give(sample: StatsSample): void
}

/** So many empty answers mean that the container does not run; one comes now and then while it starts. */
const emptyAnswers = 3
const longestPauseMs = 30_000

/**
 * Reads the engine's stats of one container for as long as it is not disposed. While the container does not run nothing
 * is read: its next start begins again.
 */
export class StatsFeed implements Disposable {
  readonly #parts: StatsFeedParts
  readonly #end = new AbortController()
  #reading = new AbortController()
  #started = Promise.withResolvers<undefined>()

  constructor(parts: StatsFeedParts) {
    this.#parts = parts
    parts.changes.on('container', this.#onEvent)
    parts.changes.on('resync', this.#onResync)
    void this.#run()
  }

  [Symbol.dispose](): void {
    this.#parts.changes.off('container', this.#onEvent)
    this.#parts.changes.off('resync', this.#onResync)
    this.#end.abort()
    this.#reading.abort()
    this.#started.resolve(undefined)
  }

  readonly #onEvent = ({ id, action }: EngineEvent): void => {
    if (id !== this.#parts.id) return
    if (action === 'die') this.#reading.abort()
    if (action === 'start') this.#started.resolve(undefined)
  }

  readonly #onResync = (): void => this.#started.resolve(undefined)

  async #run(): Promise<void> {
    for (let failures = 0; !this.#end.signal.aborted;) {
      // A start that comes from here on is news, also while the last answer is being read.
      this.#started = Promise.withResolvers<undefined>()
      try {
        await this.#read()
        failures = 0
      } catch (error) {
        failures += isAbsent(error) || this.#reading.signal.aborted ? 0 : 1
      }
      await this.#untilWorthTrying(failures)
    }
  }

  async #untilWorthTrying(failures: number): Promise<void> {
    if (this.#end.signal.aborted) return
    if (failures === 0) {
      await this.#started.promise
      return
    }
    const pause = Math.min(longestPauseMs, 1000 * 2 ** (failures - 1))
    await Promise.race([this.#started.promise, delay(pause, undefined, { ref: false })])
  }

  async #read(): Promise<void> {
    const { client, id } = this.#parts
    this.#reading = new AbortController()
    const { signal } = this.#reading
    const source = await client.open({
      path: `/containers/${id}/stats`,
      query: { stream: true },
      signal,
    })
    const sample = createSampler(id)
    let empty = 0
    for await (const value of readJsonLines(source)) {
      const raw = value as RawStats
      empty = hasStats(raw) ? 0 : empty + 1
      if (empty >= emptyAnswers || signal.aborted) return
      const found = sample(raw, Date.now())
      if (found) this.#parts.give(found)
    }
  }
}

/** For want of the container, and not of the engine. */
function isAbsent(error: unknown): boolean {
  return (
    error instanceof AppError &&
    (error.code === 'container-missing' || error.code === 'container-not-running')
  )
}
