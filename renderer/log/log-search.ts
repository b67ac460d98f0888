import type { LogBlock } from './log-block.ts'
import type { LogStore } from './log-store.ts'

/** The lines of a block, by their index in it, that match; and how many of its lines have been looked at. */
interface Hits {
  searched: number
  lines: number[]
}

/** Which lines of a store match an expression, kept with the store as it grows and lets go. */
export interface LogSearch {
  /** Looks at blocks, the newest first, for about `budgetMs`; false when there is more to do. */
  work(budgetMs: number): boolean
  linesOf(block: LogBlock): readonly number[]
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

  const lookAt = (block: LogBlock) => {
    const known = hits.get(block) ?? { searched: 0, lines: [] }
    findLines(block, expression, known)
    hits.set(block, known)
  }
  return {
    work(budgetMs) {
      const end = performance.now() + budgetMs
      for (let at = store.blocks.length - 1; at >= 0; at -= 1) {
        const block = store.blocks[at]
        if (!block || hits.get(block)?.searched === block.count) continue
        lookAt(block)
        if (performance.now() > end) return at === 0
      }
      return true
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

/** Adds the matching lines among those not looked at. One run over the block's whole text: a match skips to the next line. */
function findLines(block: LogBlock, expression: RegExp, hits: Hits) {
  const { text, count } = block
  let line = hits.searched
  hits.searched = count
  expression.lastIndex = block.startOf(line)
  for (let match = expression.exec(text); match; match = expression.exec(text)) {
    while (line + 1 < count && block.startOf(line + 1) <= match.index) line += 1
    if (!match[0].includes('\n') || matchesAlone(block, line, expression)) hits.lines.push(line)
    line += 1
    if (line >= count) return
    expression.lastIndex = block.startOf(line)
  }
}

/** An expression that ran over a line's end (as `\s` does) has to match the line by itself. */
function matchesAlone(block: LogBlock, line: number, expression: RegExp): boolean {
  expression.lastIndex = 0
  return expression.test(block.plainOf(line))
}
