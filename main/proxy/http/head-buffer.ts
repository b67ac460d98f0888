/** Gathers the bytes of a head until the blank line that ends it. */
export class HeadBuffer {
  #parts: Buffer[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Looks at `bytes` from `start` on. Gives the head and where it ended, once it is whole. */
  take(bytes: Buffer, start: number): { head: Buffer; end: number } | undefined {
    const part = bytes.subarray(start)
    const before = this.#length
    this.#parts.push(part)
    this.#length += part.length
    // A blank line is three bytes at most after the newline before it; without a new one there is nothing to look for.
    if (!part.includes(10)) return undefined
    const all = this.flush()
    const length = endOfHead(all, Math.max(0, before - 2))
    if (length !== -1) return { head: all.subarray(0, length), end: start + length - before }
    this.#parts = [all]
    this.#length = all.length
    return undefined
  }

  /** All that was gathered; afterwards there is nothing. */
  flush(): Buffer {
    const [first = Buffer.alloc(0), ...others] = this.#parts
    // What came in one piece is not copied.
    const all = others.length === 0 ? first : Buffer.concat(this.#parts)
    this.#parts = []
    this.#length = 0
    return all
  }
}

/** The index after the blank line, or -1. */
function endOfHead(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(10, from); at !== -1; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return at + 2
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3
  }
  return -1
}
