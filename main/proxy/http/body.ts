import type { AnswerHead, Head, RequestHead } from './head.ts'

/** How the end of a body is known. */
export type Framing = { kind: 'length'; bytes: number } | { kind: 'chunked' } | { kind: 'end' }

const noBody: Framing = { kind: 'length', bytes: 0 }

/** Undefined when the headers contradict each other or say what we do not know. */
export function requestFraming(head: RequestHead): Framing | undefined {
  return declaredFraming(head) ?? (hasFraming(head) ? undefined : noBody)
}

/**
 * `end` when only the connection's end ends the body, which is so for a hijacked connection, too. Undefined when the
 * headers contradict each other or say what we do not know.
 */
export function answerFraming(head: AnswerHead, method: string): Framing | undefined {
  const bare = method === 'HEAD' || head.status === 204 || head.status === 304
  if (bare) return noBody
  return declaredFraming(head) ?? (hasFraming(head) ? undefined : { kind: 'end' })
}

function declaredFraming(head: Head): Framing | undefined {
  const encodings = head.values('transfer-encoding')
  if (encodings.length > 0) {
    return encodings.length === 1 && encodings[0] === 'chunked' ? { kind: 'chunked' } : undefined
  }
  const [length = '', ...others] = head.values('content-length')
  if (!/^\d{1,15}$/.test(length) || others.some((other) => other !== length)) return undefined
  return { kind: 'length', bytes: Number(length) }
}

function hasFraming(head: Head): boolean {
  return head.values('transfer-encoding').length > 0 || head.values('content-length').length > 0
}

/** Follows one body through the bytes of a connection. */
export interface BodyScan {
  /** True once the body has ended; at once for an empty one. */
  readonly done: boolean
  /** True where one chunk has ended and the next has not begun; always, for a body without chunks. */
  readonly isBetween: boolean
  /**
   * Looks at `bytes` from `start` on and returns where it stopped: behind the body, or at the end of the bytes.
   * `onData` gets the body without its framing.
   * @throws {FramingError} for what is no chunk
   */
  scan(bytes: Buffer, start: number, onData?: (data: Buffer) => void): number
}

class FramingError extends Error {}

export function createBodyScan(framing: Framing): BodyScan {
  if (framing.kind === 'chunked') return new ChunkedScan()
  return new LengthScan(framing.kind === 'end' ? Infinity : framing.bytes)
}

class LengthScan implements BodyScan {
  readonly isBetween = true
  #left: number

  constructor(bytes: number) {
    this.#left = bytes
  }

  get done(): boolean {
    return this.#left === 0
  }

  scan(bytes: Buffer, start: number, onData?: (data: Buffer) => void): number {
    const end = Math.min(bytes.length, start + this.#left)
    if (end > start) onData?.(bytes.subarray(start, end))
    this.#left -= end - start
    return end
  }
}

/** A chunk's size with its extensions, or a trailer. */
const maxLineBytes = 16 * 1024

class ChunkedScan implements BodyScan {
  #part: 'size' | 'data' | 'data-end' | 'trailer' | 'done' = 'size'
  #line = ''
  #left = 0

  get done(): boolean {
    return this.#part === 'done'
  }

  get isBetween(): boolean {
    return this.#part === 'size' && this.#line === ''
  }

  scan(bytes: Buffer, start: number, onData?: (data: Buffer) => void): number {
    let at = start
    while (at < bytes.length && this.#part !== 'done') {
      at = this.#part === 'data' ? this.#scanData(bytes, at, onData) : this.#scanLine(bytes, at)
    }
    return at
  }

  #scanData(bytes: Buffer, at: number, onData?: (data: Buffer) => void): number {
    const end = Math.min(bytes.length, at + this.#left)
    onData?.(bytes.subarray(at, end))
    this.#left -= end - at
    if (this.#left === 0) this.#part = 'data-end'
    return end
  }

  #scanLine(bytes: Buffer, at: number): number {
    const newline = bytes.indexOf(10, at)
    const end = newline === -1 ? bytes.length : newline + 1
    this.#line += bytes.toString('latin1', at, Math.min(end, at + maxLineBytes + 1))
    if (this.#line.length > maxLineBytes) throw new FramingError('a line of a chunk is too long')
    if (newline !== -1) {
      this.#take(this.#line.replace(/\r?\n$/, ''))
      this.#line = ''
    }
    return end
  }

  #take(line: string): void {
    if (this.#part === 'trailer') {
      if (line === '') this.#part = 'done'
    } else if (this.#part === 'data-end') {
      if (line !== '') throw new FramingError('a chunk is longer than it said')
      this.#part = 'size'
    } else {
      const [, size] = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line) ?? []
      if (size === undefined) throw new FramingError('no size of a chunk')
      this.#left = Number.parseInt(size, 16)
      this.#part = this.#left === 0 ? 'trailer' : 'data'
    }
  }
}
