export type TimeStyle = 'off' | 'engine' | 'local' | 'relative'

/** Turns RFC 3339 with up to nine digits into microseconds since the epoch; NaN for what is none. */
export function createTimeParser(): (at: string) => number {
  // Lines come many to a second, and reading a date costs more than all else done to a line.
  let second = ''
  let base = Number.NaN
  return (at) => {
    const head = at.slice(0, 19)
    const zone = at.endsWith('Z') ? 'Z' : at.slice(-6)
    if (head + zone !== second) {
      second = head + zone
      base = Date.parse(second) * 1000
    }
    const digits = at.charCodeAt(19) === 46 ? /^\d+/.exec(at.slice(20, 26))?.[0] : ''
    return base + Number((digits ?? '').padEnd(6, '0'))
  }
}

/** How wide times of a style are, in cells. */
export const timeCells: Record<TimeStyle, number> = { off: 0, engine: 27, local: 23, relative: 9 }

/** A line's time for its margin. `now` in milliseconds counts for relative ones only. */
export function formatLogTime(micros: number, style: TimeStyle, now: number): string {
  if (Number.isNaN(micros)) return ''
  switch (style) {
    case 'off':
      return ''
    case 'engine':
      return toEngineTime(micros)
    case 'local':
      return toLocalTime(micros / 1000)
    case 'relative':
      return toRelativeTime(now - micros / 1000)
  }
}

/** In UTC, as `docker logs -t` prints it, to the microsecond. */
export function toEngineTime(micros: number): string {
  const iso = new Date(Math.floor(micros / 1000)).toISOString()
  return `${iso.slice(0, -1)}${String(micros % 1000).padStart(3, '0')}Z`
}

function toLocalTime(ms: number): string {
  const date = new Date(ms)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  return `${day} ${time}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** As a clock that runs backwards, in one or two units: "-12s", "-5m03s", "-2h07m", "-3d04h". */
function toRelativeTime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  if (seconds < 60) return `-${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `-${minutes}m${two(seconds % 60)}s`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `-${hours}h${two(minutes % 60)}m`
  return `-${Math.floor(hours / 24)}d${two(hours % 24)}h`
}
