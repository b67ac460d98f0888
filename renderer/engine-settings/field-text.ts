import type { EngineKey } from '#api'

/** A value as the field of its key shows it: a list line by line, options as `name=value`, anything else as JSON. */
export function toFieldText({ kind }: Pick<EngineKey, 'kind'>, value: unknown): string {
  if (value === undefined) return ''
  if (kind === 'list' && isTexts(value)) return value.join('\n')
  if (kind === 'map' && isOptions(value))
    return Object.entries(value)
      .map(([name, one]) => `${name}=${one}`)
      .join('\n')
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}

/**
 * What was typed as a value; none for an empty field, which leaves the key to its standard. What is not of its kind stays
 * text: it is told as wrong where all else is.
 */
export function toFieldValue({ kind }: Pick<EngineKey, 'kind'>, text: string): unknown {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  if (lines.length === 0) return undefined
  switch (kind) {
    case 'number':
      return /^\s*-?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : text
    case 'flag':
      return text === 'true' || (text === 'false' ? false : text)
    case 'list':
      return lines.map((line) => line.trim())
    case 'map':
      return Object.fromEntries(lines.map(toOption))
    case 'json':
      return parseOrText(text)
    case 'text':
      return text
  }
}

function toOption(line: string): [string, string] {
  const at = line.indexOf('=')
  return at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1)]
}

function parseOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function isOptions(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((one) => typeof one === 'string')
  )
}
