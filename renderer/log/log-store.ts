import type { LogLine } from '#api'
import { LogBlock, type StoredLine } from './log-block.ts'
import { toLogText } from './log-text.ts'
import { createTimeParser } from './log-time.ts'

export interface LogLimits {
  lines: number
  characters: number
}

const logLimits: LogLimits = { lines: 1_000_000, characters: 32 * 1024 * 1024 }

/** The newest lines of a log within both limits, and how many older ones were let go. */
export class LogStore {
  readonly #limits: LogLimits
  readonly #toTime = createTimeParser()
  #blocks: LogBlock[] = []
  #characters = 0
  size = 0
  dropped = 0
  /** The number that the next line will have. */
  next = 0
  /** Width of the widest line that came since it was empty. */
  widestCells = 0

  constructor(limits: LogLimits = logLimits) {
    this.#limits = limits
  }

  /** Oldest first; only the last one still grows. */
  get blocks(): readonly LogBlock[] {
    return this.#blocks
  }

  /** Number of the oldest line. */
  get first(): number {
    return this.#blocks[0]?.first ?? this.next
  }

  push(lines: readonly LogLine[]): void {
    for (const line of lines) this.#add(line)
    this.#letGo()
  }

  /** Lets go of all lines; numbers go on, and nothing counts as dropped. */
  clear(): void {
    this.#blocks = []
    this.#characters = 0
    this.size = 0
    this.dropped = 0
    this.widestCells = 0
  }

  line(number: number): StoredLine | undefined {
    const block = this.#blocks[findBlock(this.#blocks, number)]
    const index = number - (block?.first ?? 0)
    return block && index >= 0 && index < block.count ? block.lineOf(index) : undefined
  }

  #add(line: LogLine) {
    let block = this.#blocks.at(-1)
    if (!block || block.isFull) {
      block = new LogBlock(this.next)
      this.#blocks.push(block)
      this.#letGo()
    }
    const before = block.characters
    const time = line.at === undefined ? Number.NaN : this.#toTime(line.at)
    block.push(toLogText(line.text), line.source === 'stderr', time)
    this.widestCells = Math.max(this.widestCells, block.cellsOf(block.count - 1))
    this.#characters += block.characters - before
    this.size += 1
    this.next += 1
  }

  #letGo() {
    const { lines, characters } = this.#limits
    while (this.#blocks.length > 1 && (this.size > lines || this.#characters > characters)) {
      const oldest = this.#blocks.shift()
      this.size -= oldest?.count ?? 0
      this.dropped += oldest?.count ?? 0
      this.#characters -= oldest?.characters ?? 0
    }
  }
}

/** Index of the block that holds line `number`, or would: the last one that begins at it or before. */
export function findBlock(blocks: readonly LogBlock[], number: number): number {
  let [low, high] = [0, blocks.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((blocks[middle]?.first ?? 0) <= number) low = middle
    else high = middle - 1
  }
  return low
}
