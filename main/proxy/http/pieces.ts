/** Bytes on their way out of one step. Neighbours of one buffer leave as the one piece they came in. */
export class Pieces {
  #last: Buffer | undefined
  readonly #before: Buffer[] = []

  add(bytes: Buffer): void {
    if (bytes.length === 0) return
    const last = this.#last
    if (last?.buffer === bytes.buffer && last.byteOffset + last.length === bytes.byteOffset) {
      const length = last.length + bytes.length
      this.#last = Buffer.from(last.buffer, last.byteOffset, length)
    } else {
      if (last) this.#before.push(last)
      this.#last = bytes
    }
  }

  /** What was added since, in one buffer; undefined for nothing. */
  take(): Buffer | undefined {
    const last = this.#last
    if (!last) return undefined
    this.#last = undefined
    const before = this.#before.splice(0)
    return before.length === 0 ? last : Buffer.concat([...before, last])
  }
}
