import { createHash } from 'node:crypto'
import type { Exchange } from '../registry/exchange.ts'
import { RegistryFailure, type RegistryFault } from '../registry/failure.ts'
import type { Endpoint } from './endpoint.ts'
import { type PullFailure, worst } from './pull-failure.ts'
import type { PullSource } from './pull-source.ts'
import type { Range, Route } from './route.ts'

/** Bytes of a blob as they come, and where from. */
interface BlobPiece {
  bytes: Buffer
  endpoint: Endpoint
}

export interface BlobStream {
  /** Of the whole blob. */
  size: number
  range: Required<Range>
  pieces: AsyncIterable<BlobPiece>
}

/** What an endpoint will say again a moment later. */
const lasting: ReadonlySet<RegistryFault> = new Set([
  ...([
    'absent',
    'denied',
    'limited',
    'dns',
    'unreachable',
    'tls',
    'proxy',
    'proxy-refused',
    'proxy-denied',
  ] as const),
])

/** How often in a row an endpoint may be asked to go on without a byte being won. */
const mostTries = 3

/**
 * A blob, or a part of it, from whoever can give it. One that fails in the middle is followed by the next, which goes on
 * at that byte. Of a whole blob the last piece is held back until its digest is known to be right.
 * @throws {RegistryFailure} before the first byte when nobody has it, in `pieces` after it
 */
export async function openBlob(
  source: PullSource,
  { route, range, signal }: { route: Route; range: Range | undefined; signal: AbortSignal },
): Promise<BlobStream> {
  const reader = new BlobReader(source, { route, signal })
  const wanted = range ?? { start: 0 }
  const first = await reader.open(wanted)
  const { size } = first
  const end = Math.min(wanted.end ?? size - 1, size - 1)
  const whole = wanted.start === 0 && end === size - 1
  const pieces = reader.read(first, { start: wanted.start, end })
  return {
    size,
    range: { start: wanted.start, end },
    pieces: whole ? checked(pieces, route, source) : pieces,
  }
}

/** An answer that begins at the byte that was wanted. */
interface Opened {
  size: number
  answer: Exchange
  endpoint: Endpoint
}

class BlobReader {
  readonly #source: PullSource
  readonly #route: Route
  readonly #signal: AbortSignal
  readonly #failures: PullFailure[] = []
  /** Asked already, and how often it has failed since it last gave a byte. */
  readonly #tries = new Map<string, number>()

  constructor(source: PullSource, { route, signal }: { route: Route; signal: AbortSignal }) {
    this.#source = source
    this.#route = route
    this.#signal = signal
  }

  async open(range: Range): Promise<Opened> {
    for (;;) {
      const left = this.#source
        .candidates(this.#route)
        .filter((one) => this.#triesOf(one) < mostTries)
      const [endpoint] = left.toSorted((a, b) => this.#triesOf(a) - this.#triesOf(b))
      if (!endpoint) throw worst(this.#failures)
      // Once all others have failed, it gets its time.
      const isLast = left.every((one) => one === endpoint || this.#triesOf(one) > 0)
      try {
        return await this.#openAt(endpoint, range, isLast)
      } catch (error) {
        this.#signal.throwIfAborted()
        const { fault } = this.#blame(endpoint, error)
        // To ask again at once will not change it.
        if (lasting.has(fault) || (fault === 'slow' && isLast))
          this.#tries.set(endpoint.url, mostTries)
      }
    }
  }

  async *read(first: Opened, range: Required<Range>): AsyncGenerator<BlobPiece> {
    let { start } = range
    let opened = first
    while (start <= range.end) {
      try {
        for await (const piece of opened.answer.body) {
          // More than that is not wanted; what ends by itself leaves its connection to be used again.
          if (start > range.end) break
          const bytes = piece.subarray(0, range.end - start + 1)
          start += bytes.length
          this.#tries.delete(opened.endpoint.url)
          yield { bytes, endpoint: opened.endpoint }
        }
        if (start <= range.end) throw new RegistryFailure('cut', 'it ended before its time')
        this.#source.good(opened.endpoint)
        return
      } catch (error) {
        this.#signal.throwIfAborted()
        this.#blame(opened.endpoint, error)
        opened = await this.open({ start, end: range.end })
      }
    }
  }

  #triesOf({ url }: Endpoint): number {
    return this.#tries.get(url) ?? 0
  }

  #blame(endpoint: Endpoint, error: unknown): PullFailure {
    const failure = this.#source.bad(endpoint, error)
    this.#failures.push(failure)
    this.#tries.set(endpoint.url, this.#triesOf(endpoint) + 1)
    return failure
  }

  async #openAt(endpoint: Endpoint, range: Range, isLast: boolean): Promise<Opened> {
    const { start, end } = range
    const isWhole = start === 0 && end === undefined
    const headers: Record<string, string> = isWhole ? {} : { range: `bytes=${start}-${end ?? ''}` }
    const question = { route: this.#route, headers, signal: this.#signal }
    const answer = await this.#source.ask(endpoint, question, { isLast })
    try {
      return { ...toOpened(answer, range), endpoint }
    } catch (error) {
      answer.discard()
      throw error
    }
  }
}

/** Registries need not know ranges: what comes before the wanted byte is then read past. */
function toOpened(answer: Exchange, { start }: Range): Pick<Opened, 'size' | 'answer'> {
  if (answer.status === 206) {
    const [, from, size] =
      /^bytes (\d+)-\d+\/(\d+)$/.exec(answer.headers['content-range'] ?? '') ?? []
    if (Number(from) !== start) throw new RegistryFailure('garbled', 'another range came')
    return { size: Number(size), answer }
  }
  const size = Number(answer.headers['content-length'] ?? Number.NaN)
  if (!Number.isInteger(size)) throw new RegistryFailure('garbled', 'the answer has no length')
  if (start > size) throw new RegistryFailure('garbled', 'it ends before what was wanted')
  return { size, answer: start === 0 ? answer : { ...answer, body: skip(answer.body, start) } }
}

async function* skip(body: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  let left = count
  for await (const piece of body) {
    if (piece.length > left) yield piece.subarray(left)
    left = Math.max(0, left - piece.length)
  }
}

async function* checked(
  pieces: AsyncIterable<BlobPiece>,
  { reference }: Route,
  source: PullSource,
): AsyncGenerator<BlobPiece> {
  const hash = createHash('sha256')
  const givers = new Map<string, Endpoint>()
  let held: BlobPiece | undefined
  for await (const piece of pieces) {
    hash.update(piece.bytes)
    givers.set(piece.endpoint.url, piece.endpoint)
    if (held) yield held
    held = piece
  }
  const digest = `sha256:${hash.digest('hex')}`
  if (digest !== reference) {
    const failure = new RegistryFailure('lied', `${digest} came for ${reference}`)
    // Of several nobody can say which one it was; each mirror among them is left alone for a while.
    const blamed = [...givers.values()].filter(({ isMirror }) => isMirror || givers.size === 1)
    throw worst(blamed.map((endpoint) => source.bad(endpoint, failure)))
  }
  if (held) yield held
}
