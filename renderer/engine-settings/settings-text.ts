import { applyEdits, modify, parseTree } from 'jsonc-parser'

type Values = Readonly<Record<string, unknown>>

/** The values of a text of settings; undefined while it is none. */
export function readValues(text: string): Values | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Values)
      : undefined
  } catch {
    return undefined
  }
}

/** The text with one key at another value, or without it; all else stays as it was written. */
export function writeValue(text: string, key: string, value: unknown): string {
  if (!parseTree(text) || readValues(text) === undefined) return text
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: '\n' }
  return applyEdits(text, modify(text, [key], value, { formattingOptions }))
}

/** Where a line and a column of a text are in it. */
export function toOffset(text: string, { line, column }: { line: number; column: number }): number {
  const before = text.split('\n').slice(0, line - 1)
  return before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1
}
