import { type BodyScan, createBodyScan, requestFraming } from './http/body.ts'
import { parseRequestHead, type RequestHead, withBodyOf } from './http/head.ts'
import { HeadBuffer } from './http/head-buffer.ts'
import { Pieces } from './http/pieces.ts'
import { Taken } from './http/taken.ts'
import { refusalBytes } from './refusal.ts'
import { type Exchange, type Rules, switchesProtocol, type Talk, type Verdict } from './talk.ts'

type Rule = NonNullable<ReturnType<Rules['request']>>

const maxHeadBytes = 256 * 1024
/** Of a body that a rule wants to see. A longer one is no request that a person or a program of ours makes. */
const maxBodyBytes = 16 * 1024 * 1024
/** Requests that are sent on before their answers are there; the engine works them off one at a time. */
const maxPending = 64

export interface RequestsOptions {
  talk: Talk
  rules: Rules
  /** Sends bytes to the engine. */
  send(bytes: Buffer): void
  /** Called when an answer of ours can go to the client. */
  answer(): void
  onBug(error: unknown): void
}

/** The client's direction. All bytes go on as they are, but for the bodies that a rule rewrites or refuses. */
export class Requests {
  readonly #options: RequestsOptions
  readonly #talk: Talk
  readonly #out = new Pieces()
  readonly #head = new HeadBuffer()
  #scan: BodyScan | undefined
  #taken: Taken<RequestHead> | undefined
  #rule: Rule | undefined
  #exchange: Exchange | undefined

  constructor(options: RequestsOptions) {
    this.#options = options
    this.#talk = options.talk
  }

  /** Resolves when more can be taken; returns nothing when that is at once. */
  take(bytes: Buffer, start = 0): Promise<void> | undefined {
    let at = start
    let wait: Promise<void> | undefined
    while (at < bytes.length && !wait) {
      wait = this.#wait()
      if (wait) break
      if (this.#talk.raw) at = this.#takeRaw(bytes, at)
      else if (this.#taken) [at, wait] = this.#takeBody(this.#taken, bytes, at)
      else if (this.#scan) at = this.#passBody(this.#scan, bytes, at)
      else at = this.#takeHead(bytes, at)
    }
    this.#flush()
    return wait?.then(() => this.take(bytes, at))
  }

  /** The client has ended: what was held back goes as it came. */
  end(): void {
    this.#letGo()
    this.#flush()
  }

  /** Set while the next byte can be judged only after an answer. */
  #wait(): Promise<void> | undefined {
    const { pending, raw } = this.#talk
    if (raw || this.#scan || this.#taken) return undefined
    const undecided = this.#exchange?.switches === true && pending.includes(this.#exchange)
    return undecided || pending.length >= maxPending ? this.#talk.changed() : undefined
  }

  #takeRaw(bytes: Buffer, at: number): number {
    this.#letGo()
    this.#out.add(bytes.subarray(at))
    return bytes.length
  }

  #takeHead(bytes: Buffer, at: number): number {
    const found = this.#head.take(bytes, at)
    if (!found) {
      if (this.#head.length > maxHeadBytes) this.#giveUp()
      return bytes.length
    }
    const head = parseRequestHead(found.head)
    const framing = head && requestFraming(head)
    if (!framing || head.method === 'CONNECT') {
      this.#out.add(found.head)
      this.#giveUp()
      return found.end
    }
    const rule = this.#options.rules.request(head)
    const restore = this.#options.rules.answer(head)
    const exchange: Exchange = { request: head, switches: switchesProtocol(head), restore }
    this.#exchange = exchange
    this.#talk.pending.push(exchange)
    const scan = createBodyScan(framing)
    if (rule && !scan.done && head.values('content-encoding').length === 0) {
      this.#rule = rule
      this.#taken = new Taken(head, framing, maxBodyBytes)
      // A client that waits for leave to send its body waits for us, who wait for its body.
      if (head.has('expect', '100-continue')) {
        exchange.interim = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n')
        this.#options.answer()
      }
    } else {
      this.#out.add(found.head)
      this.#scan = scan.done ? undefined : scan
    }
    return found.end
  }

  #passBody(scan: BodyScan, bytes: Buffer, at: number): number {
    const end = this.#scanned(() => scan.scan(bytes, at)) ?? bytes.length
    this.#out.add(bytes.subarray(at, end))
    if (scan.done) this.#scan = undefined
    return end
  }

  #takeBody(
    taken: Taken<RequestHead>,
    bytes: Buffer,
    at: number,
  ): [number, Promise<void> | undefined] {
    const end = this.#scanned(() => taken.take(bytes, at))
    if (end === undefined) return [at, undefined]
    if (taken.tooLong) {
      this.#out.add(taken.asItCame())
      this.#scan = taken.scan.done ? undefined : taken.scan
      this.#taken = undefined
    } else if (taken.scan.done) return [end, this.#judge(taken)]
    return [end, undefined]
  }

  async #judge(taken: Taken<RequestHead>): Promise<void> {
    const exchange = this.#exchange
    const verdict = await this.#ask(taken)
    this.#taken = undefined
    if (verdict.kind === 'unchanged') this.#out.add(taken.asItCame())
    else if (verdict.kind === 'rewritten') {
      this.#out.add(Buffer.concat([withBodyOf(taken.head, verdict.body.length), verdict.body]))
    } else if (exchange) {
      exchange.last = isLast(taken.head)
      exchange.own = refusalBytes(verdict, exchange.last)
      this.#options.answer()
    }
    this.#flush()
  }

  async #ask(taken: Taken<RequestHead>): Promise<Verdict> {
    try {
      return (await this.#rule?.(taken.body())) ?? { kind: 'unchanged' }
    } catch (error) {
      this.#options.onBug(error)
      return { kind: 'unchanged' }
    }
  }

  #scanned(scan: () => number): number | undefined {
    try {
      return scan()
    } catch {
      this.#giveUp()
      return undefined
    }
  }

  #giveUp(): void {
    this.#letGo()
    this.#talk.giveUp()
  }

  #letGo(): void {
    if (this.#taken) this.#out.add(this.#taken.asItCame())
    this.#taken = undefined
    this.#scan = undefined
    this.#out.add(this.#head.flush())
  }

  #flush(): void {
    const bytes = this.#out.take()
    if (bytes) this.#options.send(bytes)
  }
}

function isLast(head: RequestHead): boolean {
  return head.has('connection', 'close') || head.startLine.endsWith('HTTP/1.0')
}
