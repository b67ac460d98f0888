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
  const stamped = /^(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)) (.*)$/s.exec(line)
  const text = (stamped?.[2] ?? line).replace(/\r$/, '').slice(0, maxLineLength)
  return { source, text, ...(stamped?.[1] !== undefined && { at: stamped[1] }) }
}
