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

/** The same event comes by two ways, of which one may be slower. */
const graceMs = 1000
const lateMs = 50
const stamp = z.object({ timeNano: z.number() })
/** Events come in order but for less than this: one that is older was told after the guest's clock had been set back. */
const setBackNano = 10_000_000_000

/** A feed that lasted this long was sound: its end is news, and is read again at once. */
const soundMs = 1000
const longestPauseMs = 2000

/**
 * The engine's event feed. An end, an error, a broken line and a silence that is none are treated alike: read again, and
 * say `resync`. Nothing is fetched here, and nothing is read while the engine is away.
 */
export class EngineChanges extends EventEmitter<Events> implements Disposable {
  readonly #client: EngineClient
  readonly #log: Log
  #reading: AbortController | undefined
  /** One request of the feed, once it is answered. */
  #feed: AbortController | undefined
  /** When the engine told the newest event, by its own clock: that we heard of, and that somebody heard of. */
  #heard = 0
  #expected = 0
  #doubt: NodeJS.Timeout | undefined

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
    this.#dropDoubt()
    this.emit('away')
  }

  /**
   * Somebody else heard the engine tell of an event at this time: a feed that does not tell it soon has died silently.
   */
  expect(timeNano: number): void {
    this.#expected = later(this.#expected, timeNano)
    // By a clock that is no more, which would have us wait for as long as it was ahead.
    if (this.#heard - timeNano > setBackNano) {
      this.#heard = 0
      this.#dropDoubt()
    }
    if (!this.#feed || this.#doubt || this.#heard >= this.#expected) return
    const [feed, due] = [this.#feed, this.#expected]
    this.#doubt = setTimeout(() => {
      // What has come meanwhile is read after timers that are due, and this one may be late.
      this.#doubt = setTimeout(() => {
        this.#doubt = undefined
        if (this.#heard < due) {
          this.#log.write('engine.events-silent')
          feed.abort()
        } else this.expect(due)
      }, lateMs)
    }, graceMs)
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
        const feed = new AbortController()
        const until = AbortSignal.any([signal, feed.signal])
        const source = await this.#client.open({ path: '/events', signal: until })
        openedAt = performance.now()
        this.#feed = feed
        // Whatever was told before is in what is fetched now.
        this.#heard = Math.max(this.#heard, this.#expected)
        this.emit('resync')
        for await (const event of readJsonLines(source)) this.#tell(event)
      } catch (error) {
        if (!over()) this.#log.failure('engine.events', error)
      }
      this.#feed = undefined
      // The engine hung up: it is restarting, or the link is. Ask again, less and less often.
      if (performance.now() - openedAt > soundMs) attempt = 0
      if (!over()) await pause(Math.min(longestPauseMs, 100 * 2 ** attempt), signal)
      attempt += 1
    }
  }

  #tell(value: unknown): void {
    const { data: told } = stamp.safeParse(value)
    if (told) this.#hear(told.timeNano)
    const { data } = engineEvent.safeParse(value)
    if (!data) return
    const { Type, Action, Actor } = data
    this.emit(Type, { action: Action, id: Actor.ID, attributes: Actor.Attributes ?? {} })
  }

  #hear(timeNano: number): void {
    const isSetBack = this.#heard - timeNano > setBackNano
    this.#heard = later(this.#heard, timeNano)
    if (!isSetBack) return
    // What is awaited by the clock that is no more is not told by this one.
    this.#dropDoubt()
    this.expect(timeNano)
  }

  #dropDoubt(): void {
    clearTimeout(this.#doubt)
    this.#doubt = undefined
  }
}

/** The newer of two times of the engine's clock. */
function later(known: number, told: number): number {
  return known - told > setBackNano ? told : Math.max(known, told)
}

/** Waits, or less when `signal` ends it. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined)
}
