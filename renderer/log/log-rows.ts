import { countRows } from './cells.ts'
import type { LogBlock } from './log-block.ts'
import { lowerBound, type LogSearch } from './log-search.ts'
import { findBlock, type LogStore } from './log-store.ts'

/** A row of the view: line `number`, and which of the rows that it takes. */
export interface RowPlace {
  number: number
  part: number
}

interface Stretch {
  block: LogBlock
  /** Absolute index of its first row. */
  start: number
  rows: number
}

export interface LogRows {
  readonly total: number
  /** What stands in a row; undefined beyond the end. */
  at(row: number): RowPlace | undefined
  next(place: RowPlace): RowPlace | undefined
  /** The row of a place; of a line that is not shown, the row of the next one that is. */
  rowOf(place: RowPlace): number
}

export interface RowOptions {
  /** Cells to a row; 0 for one row a line. */
  columns: number
  /** Only its matching lines are shown. */
  only?: LogSearch | undefined
}

/**
 * How the lines of a store lie in rows of one height. Made anew for each drawing: what costs (the widths of a block's
 * lines) is kept with the block, so that it takes a step a block and not a step a line.
 */
export function createLogRows(store: LogStore, options: RowOptions, cache: RowCache): LogRows {
  const stretches: Stretch[] = []
  let total = 0
  for (const block of store.blocks) {
    const rows = cache.rowsOf(block, options)
    stretches.push({ block, start: total, rows })
    total += rows
  }
  const linesOf = (block: LogBlock) => options.only?.linesOf(block)
  const rowsOfLine = (block: LogBlock, index: number) => rowsOf(block, index, options.columns)

  const at = (row: number): RowPlace | undefined => {
    const stretch = stretches[findStretch(stretches, row)]
    if (!stretch || row < 0 || row >= total) return undefined
    const { block } = stretch
    const lines = linesOf(block)
    let rest = row - stretch.start
    if (options.columns === 0)
      return { number: block.first + (lines ? (lines[rest] ?? 0) : rest), part: 0 }
    for (let step = 0; ; step += 1) {
      const index = lines ? (lines[step] ?? 0) : step
      const height = rowsOfLine(block, index)
      if (rest < height || index >= block.count - 1)
        return { number: block.first + index, part: rest }
      rest -= height
    }
  }
  const rowOf = ({ number, part }: RowPlace): number => {
    const stretch = stretches[findBlock(store.blocks, number)]
    if (!stretch || number < stretch.block.first) return 0
    const { block } = stretch
    const lines = linesOf(block)
    const index = number - block.first
    const before = lines ? lowerBound(lines, index) : Math.min(index, block.count)
    if (options.columns === 0) return stretch.start + before
    let row = stretch.start
    for (let step = 0; step < before; step += 1)
      row += rowsOfLine(block, lines ? (lines[step] ?? 0) : step)
    const shown = !lines || lines[before] === index
    return row + (shown && index < block.count ? Math.min(part, rowsOfLine(block, index) - 1) : 0)
  }
  return {
    total,
    at,
    next: (place) => at(rowOf(place) + 1),
    rowOf,
  }
}

function rowsOf(block: LogBlock, index: number, columns: number): number {
  return columns === 0 ? 1 : countRows(block.cellsOf(index), columns, block.isRegular(index))
}

function findStretch(stretches: readonly Stretch[], row: number): number {
  let [low, high] = [0, stretches.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((stretches[middle]?.start ?? 0) <= row) low = middle
    else high = middle - 1
  }
  return low
}

/** How many rows each block takes, counted again only when a block, the width or the matches have changed. */
export interface RowCache {
  rowsOf(block: LogBlock, options: RowOptions): number
}

interface Counted {
  columns: number
  lines: number
  only: LogSearch | undefined
  rows: number
}

export function createRowCache(): RowCache {
  const cache = new WeakMap<LogBlock, Counted>()
  return {
    rowsOf(block, { columns, only }) {
      const shown = only?.linesOf(block)
      const lines = shown ? shown.length : block.count
      if (columns === 0) return lines
      const known = cache.get(block)
      if (known?.columns === columns && known.lines === lines && known.only === only)
        return known.rows
      let rows = 0
      for (let step = 0; step < lines; step += 1)
        rows += rowsOf(block, shown ? (shown[step] ?? 0) : step, columns)
      cache.set(block, { columns, lines, only, rows })
      return rows
    },
  }
}
