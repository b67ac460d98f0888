import Anser from 'anser'
import { sliceRow } from './cells.ts'
import type { StoredLine } from './log-block.ts'
import { findRanges } from './log-query.ts'
import { toDrawn } from './log-text.ts'

/** A piece of a row that looks one way. */
export interface LinePart {
  text: string
  /** Names of classes: `log-red`, `log-on-blue`, `log-bold` … */
  classes: string[]
  /** Colours beyond the sixteen, as CSS. */
  color?: string
  background?: string
  /** Part of what is searched for. */
  hit: boolean
}

interface Run extends Omit<LinePart, 'text' | 'hit'> {
  start: number
  end: number
}

/** The pieces of one row of a line: its colours, cut where a hit begins and ends. */
export function toLineParts(
  line: StoredLine,
  part: number,
  columns: number,
  expression?: RegExp,
): LinePart[] {
  const text = toDrawn(line.plain)
  const [start, end] = sliceRow(text, part, columns)
  const runs = line.styled === undefined ? [plainRun(text)] : toRuns(toDrawn(line.styled))
  const hits = expression ? findRanges(text, expression) : []
  const borders = new Set([start, end])
  for (const { start: from } of runs) borders.add(from)
  for (const [from, to] of hits) borders.add(from).add(to)
  const cuts = [...borders].filter((at) => at >= start && at <= end).sort((a, b) => a - b)
  return cuts.slice(0, -1).map((from, index) => {
    const run = runs.findLast((candidate) => candidate.start <= from) ?? plainRun(text)
    const { classes, color, background } = run
    return {
      text: text.slice(from, cuts[index + 1]),
      classes,
      hit: hits.some(([low, high]) => low <= from && from < high),
      ...(color !== undefined && { color }),
      ...(background !== undefined && { background }),
    }
  })
}

function plainRun(text: string): Run {
  return { start: 0, end: text.length, classes: [] }
}

function toRuns(styled: string): Run[] {
  let at = 0
  return Anser.ansiToJson(styled, { use_classes: true, remove_empty: true }).map((entry) => {
    const start = at
    at += entry.content.length
    const color = toCss(entry.fg, entry.fg_truecolor)
    const background = toCss(entry.bg, entry.bg_truecolor)
    return {
      start,
      end: at,
      classes: [
        ...toClass(entry.fg, 'log-'),
        ...toClass(entry.bg, 'log-on-'),
        ...entry.decorations.map((name) => `log-${name}`),
      ],
      ...(color !== undefined && { color }),
      ...(background !== undefined && { background }),
    }
  })
}

// What Anser's types call a string is null for the colour that was not set.
function toClass(name: string | null, prefix: string): string[] {
  const known = /^ansi-((?:bright-)?(?:black|red|green|yellow|blue|magenta|cyan|white))$/.exec(
    name ?? '',
  )
  return known ? [`${prefix}${known[1] ?? ''}`] : []
}

function toCss(name: string | null, trueColour: string | null): string | undefined {
  if (name === 'ansi-truecolor') return `rgb(${trueColour ?? ''})`
  const palette = /^ansi-palette-(\d+)$/.exec(name ?? '')
  return palette ? toPaletteCss(Number(palette[1])) : undefined
}

/** The colours 16 to 255 of a terminal: a cube of six steps, then greys. */
function toPaletteCss(index: number): string {
  if (index >= 232)
    return `rgb(${Array(3)
      .fill(8 + (index - 232) * 10)
      .join(',')})`
  const steps = [0, 95, 135, 175, 215, 255]
  const cube = index - 16
  const red = steps[Math.floor(cube / 36)] ?? 0
  const green = steps[Math.floor(cube / 6) % 6] ?? 0
  return `rgb(${red},${green},${steps[cube % 6] ?? 0})`
}
