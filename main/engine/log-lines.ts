import { StringDecoder } from 'node:string_decoder'
import type { LogLine } from '#api'

/** A line longer than this is cut, so that one without an end cannot fill the memory. */
const maxLineLength = 64 * 1024

/**
 * Turns one source's bytes into lines. Characters that are split between chunks are put together, bytes that are no
 * UTF-8 become U+FFFD, and the engine's timestamp (RFC 3339 and one space, when asked for) is taken off.
 */
export function createLineReader(source: LogLine['source']): {
  read(bytes: Buffer): LogLine[]
  end(): LogLine[]
} {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  const take = (text: string): LogLine[] => {
    const parts = (rest + text).split('\n')
    rest = (parts.pop() ?? '').slice(0, maxLineLength)
    return parts.map((line) => toLine(source, line))
  }
  return {
    read: (bytes) => take(decoder.write(bytes)),
    end() {
      const last = rest + decoder.end()
      rest = ''
      return last === '' ? [] : [toLine(source, last)]
    },
  }
}

function toLine(source: LogLine['source'], line: string): LogLine {
  const stamp = stampLength(line)
  const end = line.endsWith('\r') ? line.length - 1 : line.length
  const from = stamp === 0 ? 0 : stamp + 1
  const text = line.slice(from, Math.min(end, from + maxLineLength))
  return stamp === 0 ? { source, text } : { source, text, at: line.slice(0, stamp) }
}

const firstZone = 19
const longestStamp = 36

/** How long the engine's timestamp at a line's beginning is; by hand, for there are 200,000 a second of them. */
function stampLength(line: string): number {
  if (line[4] !== '-' || line[10] !== 'T') return 0
  const end = line.indexOf(' ', firstZone)
  if (end < 0 || end > longestStamp) return 0
  return /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(line.slice(0, end)) ? end : 0
}
