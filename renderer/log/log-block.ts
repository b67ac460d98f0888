import { countCells, isRegular } from './cells.ts'
import { toDrawn, type LogText } from './log-text.ts'

const mostLines = 1024
const mostCharacters = 128 * 1024
const widest = 0xffff

const stderrBit = 1
const irregularBit = 2

/** One line as it is kept. */
export interface StoredLine {
  /** Counts from the first line that ever came. */
  number: number
  plain: string
  styled?: string
  stderr: boolean
  /** Microseconds since the epoch; NaN when unknown. */
  time: number
}

/**
 * A run of lines as one text with the places where they begin: a million lines are then a thousand texts, quick to
 * search and light to keep, and what is oldest goes a block at a time.
 */
export class LogBlock {
  readonly first: number
  count = 0
  /** What it holds of the store's characters, colours included. */
  characters = 0
  /** The lines that are joined already as one, and those that came since. */
  #pieces: string[] = []
  #length = 0
  readonly #starts = new Uint32Array(mostLines)
  readonly #flags = new Uint8Array(mostLines)
  readonly #cells = new Uint16Array(mostLines)
  readonly #times = new Float64Array(mostLines)
  readonly #styled = new Map<number, string>()

  constructor(first: number) {
    this.first = first
  }

  /**
   * The lines, joined by line feeds. Joined at once and not by appending: what is appended is kept by the engine as a
   * rope of all its pieces, twice as large as the text.
   */
  get text(): string {
    this.#join()
    return this.#pieces[0] ?? ''
  }

  get isFull(): boolean {
    return this.count >= mostLines || this.characters >= mostCharacters
  }

  push({ plain, styled }: LogText, stderr: boolean, time: number): void {
    const index = this.count
    const drawn = toDrawn(plain)
    const regular = isRegular(drawn)
    this.#starts[index] = index === 0 ? 0 : this.#length + 1
    this.#length = (this.#starts[index] ?? 0) + plain.length
    this.#flags[index] = (stderr ? stderrBit : 0) | (regular ? 0 : irregularBit)
    this.#cells[index] = Math.min(widest, regular ? drawn.length : countCells(drawn))
    this.#times[index] = time
    this.#pieces.push(plain)
    this.characters += plain.length + 1
    if (styled !== undefined) {
      this.#styled.set(index, styled)
      this.characters += styled.length
    }
    this.count += 1
    if (this.isFull) this.#join()
  }

  #join(): void {
    if (this.#pieces.length > 1) this.#pieces = [this.#pieces.join('\n')]
  }

  startOf(index: number): number {
    return index < this.count ? (this.#starts[index] ?? 0) : this.#length + 1
  }
  cellsOf(index: number): number {
    return this.#cells[index] ?? 0
  }
  isRegular(index: number): boolean {
    return ((this.#flags[index] ?? 0) & irregularBit) === 0
  }
  isStderr(index: number): boolean {
    return ((this.#flags[index] ?? 0) & stderrBit) !== 0
  }
  timeOf(index: number): number {
    return this.#times[index] ?? Number.NaN
  }
  plainOf(index: number): string {
    return this.text.slice(this.startOf(index), this.startOf(index + 1) - 1)
  }
  lineOf(index: number): StoredLine {
    const styled = this.#styled.get(index)
    return {
      number: this.first + index,
      plain: this.plainOf(index),
      stderr: this.isStderr(index),
      time: this.timeOf(index),
      ...(styled !== undefined && { styled }),
    }
  }
}
