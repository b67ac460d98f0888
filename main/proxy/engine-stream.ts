import { Duplex } from 'node:stream'
import { Answers } from './answers.ts'
import { Requests } from './requests.ts'
import { type Rules, Talk } from './talk.ts'

/**
 * The engine behind `guest` as its clients see it: what is written here goes to the engine and what it says is read
 * here, by the rules. The two directions end independently, a slow reader slows its writer down, and what is not
 * understood passes as it is.
 */
export class EngineStream extends Duplex {
  readonly #guest: Duplex
  readonly #requests: Requests
  readonly #answers: Answers
  #isFull = false
  #isEnded = false
  #whenRead: (() => void) | undefined

  constructor(guest: Duplex, rules: Rules, onBug: (error: unknown) => void) {
    super({ allowHalfOpen: true })
    this.#guest = guest
    const talk = new Talk()
    this.#answers = new Answers({
      talk,
      send: (bytes) => {
        if (!this.#isEnded) this.#isFull = !this.push(bytes)
      },
      end: () => this.#endReading(),
      onBug,
    })
    this.#requests = new Requests({
      talk,
      rules,
      send: (bytes) => guest.write(bytes),
      answer: () => this.#answers.sendOwn(),
      onBug,
    })
    this.#listen()
  }

  override _read(): void {
    this.#isFull = false
    this.#whenRead?.()
    this.#whenRead = undefined
    this.#guest.resume()
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    const wait = this.#requests.take(chunk)
    if (wait) wait.then(() => this.#whenDrained(done), done)
    else this.#whenDrained(done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#requests.end()
    // One that has gone already has nobody to be told, and what it said may still be on its way to the client.
    if (this.#guest.destroyed || this.#guest.writableEnded) done()
    else {
      this.#guest.end(() => {
        done()
      })
    }
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#guest.destroy()
    done(error)
  }

  #listen(): void {
    const guest = this.#guest
    guest.on('data', (bytes: Buffer) => {
      this.#answers.take(bytes)
      if (this.#isFull) guest.pause()
    })
    guest.on('end', () => {
      this.#answers.end()
      this.#endReading()
    })
    guest.on('error', (error: Error) => this.destroy(error))
    guest.on('close', () => {
      // What the engine said before it closed may still wait for a slow reader.
      if (this.#isEnded && !this.readableEnded) this.once('end', () => this.destroy())
      else this.destroy()
    })
    guest.pause()
  }

  #endReading(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.push(null)
  }

  /** Both ways: the engine takes more, and the client has taken what we answered ourselves. */
  #whenDrained(done: () => void): void {
    const guest = this.#guest
    if (guest.writableNeedDrain) guest.once('drain', () => this.#whenDrained(done))
    else if (this.#isFull && this.readableLength > maxAhead) this.#whenRead = done
    else done()
  }
}

/** How much of our own answers may wait for a client that only writes. */
const maxAhead = 1024 * 1024
