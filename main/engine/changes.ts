import { EventEmitter } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { Log } from '../host/log.ts'
import type { EngineClient } from './client.ts'
import { readJsonLines } from './json-lines.ts'

/** One line of the feed: what was done to which object. */
export interface EngineEvent {
  /** In the engine's words, such as `start` or `exec_create: sh`. */
  action: string
  id: string
  attributes: Readonly<Record<string, string>>
}

export type ObjectKind = 'container' | 'image' | 'volume' | 'network'

interface Events extends Record<ObjectKind, [EngineEvent]> {
  /** After every gap in which news may have been missed. */
  resync: []
  /** The engine does not answer any more. */
  away: []
}

const engineEvent = z.object({
  Type: z.enum(['container', 'image', 'volume', 'network']),
  Action: z.string(),
  Actor: z.object({
    ID: z.string(),
    Attributes: z.record(z.string(), z.string()).nullish(),
  }),
})

/** A feed that lasted this long was sound: its end is news, and is read again at once. */
const soundMs = 1000
const longestPauseMs = 2000

/**
 * The engine's event feed. An end, an error and a broken line are treated alike: read again, and say `resync`. Nothing
 * is fetched here, and nothing is read while the engine is away.
 */
export class EngineChanges extends EventEmitter<Events> implements Disposable {
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
    if (!this.#reading) return
    this.#reading.abort()
    this.#reading = undefined
    this.emit('away')
  }

  [Symbol.dispose](): void {
    this.close()
  }

  async #read(signal: AbortSignal): Promise<void> {
    const over = () => signal.aborted
    let attempt = 0
    while (!over()) {
      let openedAt = Infinity
      try {
        const source = await this.#client.open({ path: '/events', signal })
        openedAt = performance.now()
        this.emit('resync')
        for await (const event of readJsonLines(source)) this.#tell(event)
      } catch (error) {
        if (!over()) this.#log.failure('engine.events', error)
      }
      // The engine hung up: it is restarting, or the link is. Ask again, less and less often.
      if (performance.now() - openedAt > soundMs) attempt = 0
      if (!over()) await pause(Math.min(longestPauseMs, 100 * 2 ** attempt), signal)
      attempt += 1
    }
  }

  #tell(value: unknown): void {
    const { data } = engineEvent.safeParse(value)
    if (!data) return
    const { Type, Action, Actor } = data
    this.emit(Type, { action: Action, id: Actor.ID, attributes: Actor.Attributes ?? {} })
  }
}

/** Waits, or less when `signal` ends it. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined)
}
