import type { LogLine } from '#api'

/** The newest lines of a log, up to a limit, and how many older ones were let go. */
export interface LogRing {
  push(lines: readonly LogLine[]): void
  clear(): void
  /** Oldest first. */
  toArray(): LogLine[]
  readonly size: number
  readonly dropped: number
}

export function createLogRing(limit: number): LogRing {
  let lines: LogLine[] = []
  let dropped = 0
  return {
    get size() {
      return Math.min(lines.length, limit)
    },
    get dropped() {
      return dropped + Math.max(0, lines.length - limit)
    },
    push(more) {
      for (const line of more) lines.push(toPlainLine(line))
      // Cut in large steps: moving 10,000 entries for every new line would cost more than drawing it.
      if (lines.length < limit * 1.25) return
      dropped += lines.length - limit
      lines = lines.slice(-limit)
    },
    clear() {
      lines = []
      dropped = 0
    },
    toArray: () => lines.slice(-limit),
  }
}

// Most lines hold nothing of all this: one look tells.
const suspect = /[\u0000-\u001f\u007f]/
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g
const controls = /[\u0000-\u0008\u000b-\u001f\u007f]/g

// Memory is bounded only when a line is, too; the engine hands on lines of up to 16 KiB.
const longestLine = 4096

function toPlainLine(line: LogLine): LogLine {
  const text = toPlainText(line.text)
  if (text.length > longestLine) return { ...line, text: `${text.slice(0, longestLine)} …` }
  return text === line.text ? line : { ...line, text }
}

/** A log line without terminal escapes and control characters; of what a progress bar overwrote, the last remains. */
export function toPlainText(text: string): string {
  if (!suspect.test(text)) return text
  const visible = text.replace(escapes, '').replace(/\r+$/, '')
  return visible
    .slice(visible.lastIndexOf('\r') + 1)
    .replace(controls, '')
    .replaceAll('\t', '    ')
}
