import { appendFileSync, renameSync, statSync } from 'node:fs'

/** One event a line, as JSON: time, event, fields. Never a secret. */
export interface Log {
  write(event: string, fields?: Record<string, unknown>): void
  /** Logs a failure with its stack and its causes. */
  failure(event: string, error: unknown): void
  readonly file: string
}

/** Twice this many bytes are kept at most: the file and the one before it. */
const maxBytes = 4 * 1024 * 1024

/** A log that outlives a crash: each line is written before the call returns. A full disk loses lines, not the app. */
export function openLog(file: string): Log {
  const write: Log['write'] = (event, fields = {}) => {
    const line = JSON.stringify({ at: new Date().toISOString(), event, ...fields })
    try {
      rotate(file)
      appendFileSync(file, `${line}\n`, { mode: 0o600 })
    } catch {
      // There is no second place to tell it.
    }
  }
  return {
    file,
    write,
    failure: (event, error) => write(event, { error: describe(error) }),
  }
}

function rotate(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > maxBytes) renameSync(file, `${file}.1`)
}

function describe(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)]
  const own = error.stack ?? error.message
  return error.cause === undefined ? [own] : [own, ...describe(error.cause)]
}
