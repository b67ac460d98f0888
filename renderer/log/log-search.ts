import { findHitLines } from './hit-lines.ts'
import type { LogBlock } from './log-block.ts'
import { type LogStore, findBlock } from './log-store.ts'

/** The lines of a block, by their index in it, that match; and how many of its lines have been looked at. */
interface Hits {
  searched: number
  lines: number[]
}

/** The part of a block that has not been looked at. */
interface Unsearched {
  block: LogBlock
  text: string
  /** Index of its first line in the block, and the index after its last one. */
  from: number
  to: number
}

/** Which lines of a store match an expression, kept with the store as it grows and lets go. */
export interface LogSearch {
  /** Looks at blocks, the newest first, for about `budgetMs`; false when there is more to do. */
  work(budgetMs: number): boolean
  /** What `work` would look at next, for one who looks elsewhere and tells what was found: at most `most` parts. */
  unsearched(most: number): Unsearched[]
  /** The matching lines of a part, counted from its first one. */
  tell(part: Unsearched, lines: readonly number[]): void
  linesOf(block: LogBlock): readonly number[]
  has(number: number): boolean
  readonly count: number
  /** How many matching lines come before line `number`. */
  countBefore(number: number): number
  /** The nearest matching line after `number`, or before it; goes round at the ends. */
  after(number: number): number | undefined
  before(number: number): number | undefined
}

const none: readonly number[] = []

export function createLogSearch(store: LogStore, expression: RegExp): LogSearch {
  const hits = new WeakMap<LogBlock, Hits>()
  const linesOf = (block: LogBlock) => hits.get(block)?.lines ?? none

  function* parts(): Generator<Unsearched> {
    for (const block of store.blocks.toReversed()) {
      const from = hits.get(block)?.searched ?? 0
      const { count: to } = block
      if (from < to) yield { block, text: block.text.slice(block.startOf(from)), from, to }
    }
  }
  const tell = ({ block, from, to }: Unsearched, lines: readonly number[]) => {
    const known = linesOf(block)
    hits.set(block, { searched: to, lines: [...known, ...lines.map((line) => line + from)] })
  }
  return {
    work(budgetMs) {
      const end = performance.now() + budgetMs
      for (const part of parts()) {
        if (performance.now() > end) return false
        tell(part, findHitLines(part.text, expression))
      }
      return true
    },
    unsearched(most) {
      const found: Unsearched[] = []
      for (const part of parts()) if (found.push(part) >= most) break
      return found
    },
    tell,
    has(number) {
      const block = store.blocks[findBlock(store.blocks, number)]
      if (!block) return false
      const lines = linesOf(block)
      return lines[lowerBound(lines, number - block.first)] === number - block.first
    },
    linesOf,
    get count() {
      return store.blocks.reduce((sum, block) => sum + linesOf(block).length, 0)
    },
    countBefore: (number) =>
      store.blocks.reduce(
        (sum, block) => sum + lowerBound(linesOf(block), number - block.first),
        0,
      ),
    after: (number) => nextHit(store.blocks, linesOf, number) ?? nextHit(store.blocks, linesOf, -1),
    before: (number) =>
      lastHit(store.blocks, linesOf, number) ?? lastHit(store.blocks, linesOf, store.next),
  }
}

type LinesOf = (block: LogBlock) => readonly number[]

/** The first hit after line `number`. */
function nextHit(blocks: readonly LogBlock[], linesOf: LinesOf, number: number) {
  for (const block of blocks) {
    if (block.first + block.count <= number) continue
    const lines = linesOf(block)
    const index = lines[lowerBound(lines, number + 1 - block.first)]
    if (index !== undefined) return block.first + index
  }
  return undefined
}

/** The last hit before line `number`. */
function lastHit(blocks: readonly LogBlock[], linesOf: LinesOf, number: number) {
  for (let at = blocks.length - 1; at >= 0; at -= 1) {
    const block = blocks[at]
    if (!block || block.first >= number) continue
    const lines = linesOf(block)
    const index = lines[lowerBound(lines, number - block.first) - 1]
    if (index !== undefined) return block.first + index
  }
  return undefined
}

/** How many of the sorted `lines` are below `index`. */
export function lowerBound(lines: readonly number[], index: number): number {
  let [low, high] = [0, lines.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((lines[middle] ?? 0) < index) low = middle + 1
    else high = middle
  }
  return low
}
