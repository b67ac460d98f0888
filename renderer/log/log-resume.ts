import type { LogLine } from '#api'

/** Where a log was left, so that reading on begins there: nothing comes twice and nothing is skipped. */
export interface LogResume {
  /** Takes note of lines and gives back those that are new. */
  take(lines: LogLine[]): LogLine[]
  /** The moment to read on from; undefined when nothing came yet. */
  readonly since: string | undefined
  /** To be called when the log is read anew from `since`. */
  again(): void
  reset(): void
}

/** The engine's times are of one width and zone, so that they sort as text; `since` includes its own moment. */
export function createLogResume(): LogResume {
  let newest = ''
  // How many lines came at that very moment, and how many of them are still to be skipped.
  let [same, skip] = [0, 0]
  const isNew = ({ at = '' }: LogLine): boolean => {
    if (skip > 0 && at !== '' && at <= newest) {
      if (at === newest) skip -= 1
      return false
    }
    skip = 0
    if (at === newest) same += 1
    else if (at > newest) [newest, same] = [at, 1]
    return true
  }
  return {
    take(lines) {
      return lines.filter(isNew)
    },
    get since() {
      return newest === '' ? undefined : newest
    },
    again() {
      skip = same
    },
    reset() {
      ;[newest, same, skip] = ['', 0, 0]
    },
  }
}
