import { type BodyScan, createBodyScan, type Framing } from './body.ts'
import type { Head } from './head.ts'

/** A message that is held back until its body is whole: both as it came, and without its framing. */
export class Taken<H extends Head> {
  readonly head: H
  /** Nothing else tells that it is whole. */
  readonly endsWithConnection: boolean
  readonly #scan: BodyScan
  readonly #maxBytes: number
  readonly #raw: Buffer[]
  readonly #data: Buffer[] = []
  #bytes = 0

  constructor(head: H, framing: Framing, maxBytes: number) {
    this.head = head
    this.endsWithConnection = framing.kind === 'end'
    this.#scan = createBodyScan(framing)
    this.#maxBytes = maxBytes
    this.#raw = [Buffer.from(head.text, 'latin1')]
  }

  get scan(): BodyScan {
    return this.#scan
  }

  /** More than we are ready to hold. */
  get tooLong(): boolean {
    return this.#bytes > this.#maxBytes
  }

  /** @throws {FramingError} after which `asItCame` still has every byte up to `start` */
  take(bytes: Buffer, start: number): number {
    const data: Buffer[] = []
    const end = this.#scan.scan(bytes, start, (part) => data.push(part))
    this.#data.push(...data)
    this.#raw.push(bytes.subarray(start, end))
    this.#bytes += end - start
    return end
  }

  asItCame(): Buffer {
    return Buffer.concat(this.#raw)
  }

  body(): Buffer {
    return Buffer.concat(this.#data)
  }
}
