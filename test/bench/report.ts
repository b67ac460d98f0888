import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Circumstances } from './circumstances.ts'
import { judge, type Comparison, type Outcome, type Verdict } from './outcome.ts'
import { median, percentile } from './stats.ts'

const words: Record<Verdict, string> = {
  ambitious: 'meets A',
  pass: 'meets P',
  fail: 'MISSES',
  open: 'open',
}

/** The outcome as text: its arms, ratios, checks and notes. */
export function formatOutcome(outcome: Outcome): string {
  const { id, title, arms, comparisons, checks, notes } = outcome
  return [
    `${id}  ${title}`,
    '',
    ...table([
      ['arm', 'unit', 'n', 'median', 'p99', 'least', 'greatest'],
      ...arms.map(({ name, unit = 'ms', samples }) => [
        ...[name, unit],
        String(samples.length),
        ...[median(samples), percentile(samples, 0.99)].map(milliseconds),
        ...[percentile(samples, 0), percentile(samples, 1)].map(milliseconds),
      ]),
    ]),
    '',
    ...table([
      ['ratio', 'value', '95 % interval', 'P', 'A', 'verdict'],
      ...comparisons.map(ratioRow),
    ]),
    ...(checks.length ? [''] : []),
    ...checks.map(({ name, ok, detail }) => `  ${ok ? 'ok  ' : 'FAIL'}  ${name}: ${detail}`),
    ...(notes.length ? [''] : []),
    ...notes.map((note) => `  - ${note}`),
    '',
  ].join('\n')
}

export function formatCircumstances(circumstances: Circumstances): string {
  const entries = Object.entries(circumstances).map(
    ([name, value]) => `  ${name.padEnd(8)} ${value}`,
  )
  return [...entries, ''].join('\n')
}

/** Writes everything, the single samples included, as JSON. */
export async function writeReport(
  path: string,
  report: { before: Circumstances; after: Circumstances; outcomes: readonly Outcome[] },
): Promise<void> {
  const outcomes = report.outcomes.map((outcome) => ({
    ...outcome,
    comparisons: outcome.comparisons.map((one) => ({ ...one, verdict: judge(one) })),
  }))
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${JSON.stringify({ ...report, outcomes }, null, 2)}\n`)
}

function ratioRow(comparison: Comparison): string[] {
  const { name, estimate, pass, ambitious } = comparison
  const { value, low, high, kind, count } = estimate
  const bounds = `${low.toFixed(2)}–${high.toFixed(2)}`
  return [
    name,
    value.toFixed(2),
    kind === 'interval' ? bounds : `none; ${bounds} seen in ${count}`,
    ...[pass, ambitious].map((target) => (target === undefined ? '' : `≤${target.toFixed(2)}`)),
    words[judge(comparison)],
  ]
}

function milliseconds(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2)
}

/** Columns as wide as their widest cell; numbers and targets stand to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0
      return /^[≤\d.]+$/.test(cell) ? cell.padStart(width) : cell.padEnd(width)
    })
    return `  ${cells.join('  ').trimEnd()}`
  })
}
