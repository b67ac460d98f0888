import { answerFraming, type BodyScan, createBodyScan, type Framing } from './http/body.ts'
import { type AnswerHead, parseAnswerHead, withBodyOf } from './http/head.ts'
import { HeadBuffer } from './http/head-buffer.ts'
import { Lines } from './http/lines.ts'
import { Pieces } from './http/pieces.ts'
import { Taken } from './http/taken.ts'
import { type Exchange, isAgreed, type Talk } from './talk.ts'

const maxHeadBytes = 256 * 1024
/** Of an answer that a rule wants to see: a list of some ten thousand containers. A longer one passes as it is. */
const maxBodyBytes = 64 * 1024 * 1024

export interface AnswersOptions {
  talk: Talk
  /** Sends bytes to the client. */
  send(bytes: Buffer): void
  /** Ends the connection after an answer of ours that was its last. */
  end(): void
  onBug(error: unknown): void
}

/** The engine's direction. All bytes go on as they are, but for the bodies and lines that a rule restores. */
export class Answers {
  readonly #options: AnswersOptions
  readonly #talk: Talk
  readonly #out = new Pieces()
  readonly #head = new HeadBuffer()
  #scan: BodyScan | undefined
  #taken: Taken<AnswerHead> | undefined
  #lines: Lines | undefined

  constructor(options: AnswersOptions) {
    this.#options = options
    this.#talk = options.talk
  }

  take(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length) {
      // These are framed by us: they go on so, whatever becomes of the connection after them.
      if (this.#lines) at = this.#takeLines(this.#lines, bytes, at)
      else if (this.#talk.raw) at = this.#takeRaw(bytes, at)
      else if (this.#taken) at = this.#takeBody(this.#taken, bytes, at)
      else if (this.#scan) at = this.#passBody(this.#scan, bytes, at)
      else at = this.#takeHead(bytes, at)
    }
    this.#flush()
  }

  /** Sends what is ours and whose turn has come. */
  sendOwn(): void {
    if (this.#scan || this.#taken || this.#lines || this.#head.length > 0) return
    for (let first = this.#talk.pending[0]; first; first = this.#talk.pending[0]) {
      if (first.interim) this.#out.add(first.interim)
      delete first.interim
      if (!first.own) break
      this.#out.add(first.own)
      this.#talk.pending.shift()
      if (first.last) {
        this.#flush()
        this.#options.end()
      }
    }
    this.#flush()
    this.#talk.tell()
  }

  /** The engine has ended: what was held back goes as it came, unless that was to be its end. */
  end(): void {
    if (this.#taken?.endsWithConnection) {
      this.#out.add(this.#restored(this.#taken))
      this.#taken = undefined
    }
    this.#letGo()
    this.#flush()
  }

  #takeRaw(bytes: Buffer, at: number): number {
    this.#letGo()
    this.#out.add(bytes.subarray(at))
    return bytes.length
  }

  #takeHead(bytes: Buffer, at: number): number {
    const exchange = this.#talk.pending[0]
    if (!exchange) {
      // Nobody asked: the engine says good-bye, or we have lost count.
      this.#talk.giveUp()
      return at
    }
    const found = this.#head.take(bytes, at)
    if (!found) {
      if (this.#head.length > maxHeadBytes) this.#giveUp()
      return bytes.length
    }
    const head = parseAnswerHead(found.head)
    if (!head) {
      this.#out.add(found.head)
      this.#giveUp()
    } else if (head.status >= 100 && head.status < 200 && !isAgreed(head)) {
      this.#out.add(found.head)
    } else this.#takeFinalHead(exchange, head, found.head)
    return found.end
  }

  #takeFinalHead(exchange: Exchange, head: AnswerHead, bytes: Buffer): void {
    const framing = isAgreed(head) ? undefined : answerFraming(head, exchange.request.method)
    const isWanted = exchange.restore?.isFor(head.status) === true && isReadable(head)
    if (!framing || (framing.kind === 'end' && !isWanted)) {
      this.#out.add(bytes)
      this.#giveUp()
      return
    }
    const scan = createBodyScan(framing)
    if (isWanted && !scan.done && exchange.restore.of === 'body') {
      this.#taken = new Taken(head, framing, maxBodyBytes)
      return
    }
    this.#out.add(bytes)
    if (isWanted && framing.kind !== 'length') this.#lines = this.#toLines(exchange, framing)
    else if (scan.done) this.#next()
    else this.#scan = scan
  }

  #passBody(scan: BodyScan, bytes: Buffer, at: number): number {
    const end = this.#scanned(() => scan.scan(bytes, at)) ?? bytes.length
    this.#out.add(bytes.subarray(at, end))
    if (scan.done) this.#next()
    return end
  }

  #takeLines(lines: Lines, bytes: Buffer, at: number): number {
    const taken = this.#scanned(() => lines.take(bytes, at))
    if (!taken) return at
    this.#out.add(taken.out)
    if (lines.done) this.#next()
    return taken.end
  }

  #toLines({ restore }: Exchange, framing: Framing): Lines {
    return new Lines(framing, (line) => this.#tried(() => restore?.give(line)))
  }

  #takeBody(taken: Taken<AnswerHead>, bytes: Buffer, at: number): number {
    const end = this.#scanned(() => taken.take(bytes, at))
    if (end === undefined) return at
    if (taken.scan.done) {
      this.#out.add(this.#restored(taken))
      this.#next()
    } else if (taken.tooLong) {
      this.#out.add(taken.asItCame())
      this.#taken = undefined
      this.#scan = taken.scan
    }
    return end
  }

  #restored(taken: Taken<AnswerHead>): Buffer {
    const body = this.#tried(() => this.#talk.pending[0]?.restore?.give(taken.body()))
    if (!body) return taken.asItCame()
    return Buffer.concat([withBodyOf(taken.head, body.length), body])
  }

  /** A rule that fails changes nothing. */
  #tried(give: () => Buffer | undefined): Buffer | undefined {
    try {
      return give()
    } catch (error) {
      this.#options.onBug(error)
      return undefined
    }
  }

  /** One exchange is over. */
  #next(): void {
    this.#scan = undefined
    this.#taken = undefined
    this.#lines = undefined
    this.#talk.pending.shift()
    this.sendOwn()
  }

  #scanned<Result>(scan: () => Result): Result | undefined {
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
    if (this.#lines) this.#out.add(this.#lines.rest())
    this.#taken = undefined
    this.#lines = undefined
    this.#scan = undefined
    this.#out.add(this.#head.flush())
  }

  #flush(): void {
    const bytes = this.#out.take()
    if (bytes) this.#options.send(bytes)
  }
}

function isReadable(head: AnswerHead): boolean {
  const encoded = head.values('content-encoding').length > 0
  return !encoded && head.values('content-type')[0]?.includes('json') === true
}
