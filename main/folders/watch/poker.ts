import type { Duplex } from 'node:stream'
import type { Machine } from '#vm'
import type { ByteName } from '../bytes.ts'
import { pokeTime } from '../poke-time.ts'

/** Few, so that what is urgent does not wait behind them; two batches hide the way there and back. */
const batchSize = 8
const mostUnderWay = 2
/** What hangs on a mount that nobody serves must not hold up the rest for ever. */
const longestMs = 10_000
const againMs = 1000
/** The guest answers it with a line; see vm/image/rootfs/usr/lib/berth/poke. */
const question = '/dev/null/.'

export interface PokerParts {
  machine: Pick<Machine, 'pipe'>
  /** The next paths, in the guest's names; none when there is nothing to do. */
  next(count: number): ByteName[]
}

/**
 * Makes the guest tell its programs that something changed at a path, by one process there: it sets a time that the
 * server knows for what it is. The process is started when it is first needed, and again when it went with its link.
 */
export class Poker implements Disposable {
  readonly #parts: PokerParts
  #pipe: Duplex | undefined
  #opening = false
  #underWay = 0
  #over = false
  #timer: NodeJS.Timeout | undefined
  #again: NodeJS.Timeout | undefined

  constructor(parts: PokerParts) {
    this.#parts = parts
  }

  /** There is something to do, or may be. */
  wake(): void {
    if (!this.#pipe) void this.#open()
    else while (this.#underWay < mostUnderWay && this.#send(this.#pipe));
  }

  [Symbol.dispose](): void {
    this.#over = true
    this.rest()
  }

  /** Lets go of the process until it is needed again. */
  rest(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#again)
    this.#underWay = 0
    const pipe = this.#pipe
    this.#pipe = undefined
    pipe?.destroy()
  }

  #send(pipe: Duplex): boolean {
    const paths = this.#parts.next(batchSize)
    if (paths.length === 0) return false
    const words = [...paths, question].map((path) => `${path}\0`)
    pipe.write(Buffer.from(words.join(''), 'latin1'))
    this.#underWay++
    this.#watchTime()
    return true
  }

  async #open(): Promise<void> {
    if (this.#opening || this.#over) return
    this.#opening = true
    try {
      const pipe = await this.#parts.machine.pipe(['/usr/lib/berth/poke', String(pokeTime)])
      if (this.#isOver()) pipe.destroy()
      else this.#follow(pipe)
    } catch {
      // Without the machine there is nobody to tell; the next change asks again.
    } finally {
      this.#opening = false
    }
    if (this.#pipe) this.wake()
  }

  #isOver(): boolean {
    return this.#over
  }

  #follow(pipe: Duplex): void {
    this.#pipe = pipe
    let rest = ''
    pipe.on('data', (chunk: Buffer) => {
      if (this.#pipe !== pipe) return
      const lines = (rest + chunk.toString('latin1')).split('\n')
      rest = lines.pop() ?? ''
      const answers = lines.filter((line) => line.includes(` ${question}:`)).length
      this.#underWay = Math.max(0, this.#underWay - answers)
      this.#watchTime()
      this.wake()
    })
    pipe.on('error', () => undefined)
    pipe.on('close', () => {
      if (this.#pipe !== pipe) return
      const wasBusy = this.#underWay > 0
      this.rest()
      // It went with its link, or took too long: there may be more to do.
      if (wasBusy) this.#again = setTimeout(() => this.wake(), againMs).unref()
    })
  }

  #watchTime(): void {
    clearTimeout(this.#timer)
    if (this.#underWay > 0) this.#timer = setTimeout(() => this.#pipe?.destroy(), longestMs).unref()
  }
}
