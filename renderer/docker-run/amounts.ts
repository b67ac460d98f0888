import { ValueRefused } from './problems.ts'

const sizeUnits: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
}

/** `512m`, `1.5g`, `64KiB` as bytes, as docker reads them: powers of 1024. */
export function parseSize(text: string): number {
  const [, digits, unit] = /^\s*(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?\s*$/i.exec(text) ?? []
  const factor = sizeUnits[(unit ?? '').toLowerCase()]
  if (digits === undefined || factor === undefined) throw new ValueRefused('size')
  return Math.floor(Number(digits) * factor)
}

/** Like a size; -1 is no limit. */
export function parseSizeOrUnlimited(text: string): number {
  return text.trim() === '-1' ? -1 : parseSize(text)
}

/** In the largest unit that says it exactly. */
export function formatBytes(bytes: number): string {
  if (bytes <= 0) return String(bytes)
  for (const unit of ['t', 'g', 'm', 'k']) {
    const factor = sizeUnits[unit] ?? 1
    if (bytes % factor === 0) return `${bytes / factor}${unit}`
  }
  return String(bytes)
}

const durationUnits: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
}

/** Go's `1m30s` as seconds. */
export function parseDuration(text: string): number {
  const trimmed = text.trim()
  const part = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g
  const parts = [...trimmed.matchAll(part)]
  const length = parts.reduce((sum, [whole]) => sum + whole.length, 0)
  if (trimmed !== '0' && (parts.length === 0 || length !== trimmed.length))
    throw new ValueRefused('duration')
  const seconds = parts.reduce(
    (sum, [, digits, unit]) => sum + Number(digits) * (durationUnits[unit ?? ''] ?? 0),
    0,
  )
  // Sums of fractions: no digits below a nanosecond.
  return Number(seconds.toFixed(9))
}

export function parseNumber(text: string): number {
  if (!/^\s*\d*\.?\d+\s*$/.test(text)) throw new ValueRefused('number')
  return Number(text)
}

export function parseWhole(text: string): number {
  if (!/^\s*-?\d+\s*$/.test(text)) throw new ValueRefused('number')
  return Number(text)
}

/** As Go's strconv.ParseBool. */
export function parseBoolean(text: string): boolean {
  if (/^(?:1|t|true)$/i.test(text)) return true
  if (/^(?:0|f|false)$/i.test(text)) return false
  throw new ValueRefused('boolean')
}
