import { type BodyScan, createBodyScan, type Framing } from './body.ts'

/** More than this without a line's end is no line that we have to do with, and goes on as it is. */
const maxLineBytes = 1024 * 1024
const newline = 10
const nothing: Buffer = Buffer.alloc(0)

/**
 * A body of lines that may never end. Each line goes on as soon as it and its chunk are whole. Chunks of whole lines that
 * the edit leaves alone go on as the bytes that came; others are framed anew, since a line's length may change.
 */
export class Lines {
  readonly #scan: BodyScan
  readonly #isChunked: boolean
  readonly #edit: (line: Buffer) => Buffer | undefined
  /** What came and has not gone on: without its framing, and with it where that is how it would go on. */
  #data = nothing
  #raw: Buffer | undefined = nothing

  /** `edit` gives what goes on instead of a line, or undefined for the line itself. */
  constructor(framing: Framing, edit: (line: Buffer) => Buffer | undefined) {
    this.#scan = createBodyScan(framing)
    this.#isChunked = framing.kind === 'chunked'
    this.#edit = edit
  }

  get done(): boolean {
    return this.#scan.done
  }

  /**
   * Takes of `bytes` from `start` what is the body's.
   * @returns where that ends, and what goes on
   * @throws {FramingError} for what is no chunk
   */
  take(bytes: Buffer, start: number): { end: number; out: Buffer } {
    const data: Buffer[] = []
    const end = this.#scan.scan(bytes, start, (part) => data.push(part))
    this.#data = Buffer.concat([this.#data, ...data])
    this.#raw &&= Buffer.concat([this.#raw, bytes.subarray(start, end)])
    return { end, out: this.#toGo() }
  }

  /** What has come of a line that will not become whole. */
  rest(): Buffer {
    const rest = this.#raw ?? this.#framed(this.#data)
    this.#data = nothing
    this.#raw = nothing
    return rest
  }

  #toGo(): Buffer {
    const isLong = this.#data.length > maxLineBytes
    const { done, isBetween } = this.#scan
    if (!done && !isBetween && !isLong) return nothing
    const whole = done || isLong ? this.#data.length : this.#data.lastIndexOf(newline) + 1
    const lines = this.#data.subarray(0, whole)
    const edited = this.#edited(lines)
    const isSame = edited === undefined && whole === this.#data.length && (done || isBetween)
    const out = isSame && this.#raw ? this.#raw : this.#anew(edited ?? lines)
    this.#data = this.#data.subarray(whole)
    // What goes on from here is the engine's own framing again.
    if (this.#data.length === 0 && isBetween) this.#raw = nothing
    else if (out.length > 0) this.#raw = undefined
    return out
  }

  #anew(lines: Buffer): Buffer {
    const last = this.done && this.#isChunked ? '0\r\n\r\n' : ''
    return Buffer.concat([this.#framed(lines), Buffer.from(last)])
  }

  #framed(data: Buffer): Buffer {
    if (!this.#isChunked || data.length === 0) return data
    const size = Buffer.from(`${data.length.toString(16)}\r\n`)
    return Buffer.concat([size, data, Buffer.from('\r\n')])
  }

  /** Undefined when no line changes. */
  #edited(lines: Buffer): Buffer | undefined {
    const parts: Buffer[] = []
    let isEdited = false
    for (let at = 0; at < lines.length;) {
      const end = lines.indexOf(newline, at) + 1 || lines.length
      const line = lines.subarray(at, end)
      const edited = this.#edit(line)
      isEdited ||= edited !== undefined
      parts.push(edited ?? line)
      at = end
    }
    return isEdited ? Buffer.concat(parts) : undefined
  }
}
