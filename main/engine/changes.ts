import { EventEmitter } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { Log } from '../host/log.ts'
import type { EngineClient } from './client.ts'
import { readJsonLines } from './json-lines.ts'

/** What the engine tells of its objects, by kind; `resync` after every gap in which news may have been missed. */
export type Change = 'container' | 'image' | 'resync'

const engineEvent = z.object({ Type: z.string() })

/**
 * The engine's event feed. An end, an error and a broken line are treated alike: read again, and say `resync`. Nothing
 * is fetched here, and nothing is read while the engine is away.
 */
export class EngineChanges extends EventEmitter<Record<Change, []>> implements Disposable {
  readonly #client: EngineClient
  readonly #log: Log
  #reading: AbortController | undefined

  constructor(client: EngineClient, log: Log) {
    super()
    this.setMaxListeners(0)
    this.#client = client
    this.#log = log
  }

  /** True while the engine answers, as far as the feed knows. */
  get live(): boolean {
    return this.#reading !== undefined
  }

  /** Starts to read, or does nothing when it already reads. */
  open(): void {
    if (this.#reading) return
    const reading = new AbortController()
    this.#reading = reading
    void this.#read(reading.signal)
  }

  close(): void {
    this.#reading?.abort()
    this.#reading = undefined
  }

  [Symbol.dispose](): void {
    this.close()
  }

  async #read(signal: AbortSignal): Promise<void> {
    const over = () => signal.aborted
    let attempt = 0
    while (!over()) {
      try {
        const source = await this.#client.docker.getEvents({ abortSignal: signal })
        attempt = 0
        this.emit('resync')
        for await (const event of readJsonLines(source)) this.#tell(event)
      } catch (error) {
        if (!over()) this.#log.failure('engine.events', error)
      }
      // The engine hung up: it is restarting, or the link is. Ask again, less and less often.
      if (!over()) await pause(Math.min(5000, 100 * 2 ** attempt), signal)
      attempt += 1
    }
  }

  #tell(event: unknown): void {
    const parsed = engineEvent.safeParse(event)
    if (!parsed.success) return
    if (parsed.data.Type === 'container' || parsed.data.Type === 'image')
      this.emit(parsed.data.Type)
  }
}

/** Waits, or less when `signal` ends it. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined)
}
