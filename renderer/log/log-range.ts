import type { LogOptions } from '#api'

/** How far back a log is read when it is opened. */
export const logRanges = ['1000', '10000', '15m', '1h', '24h', 'all'] as const
export type LogRange = (typeof logRanges)[number]

const minutes: Partial<Record<LogRange, number>> = { '15m': 15, '1h': 60, '24h': 1440 }

/** What to ask the engine for. */
export function toLogOptions(range: LogRange, now: number): LogOptions {
  const back = minutes[range]
  if (back !== undefined) return { since: new Date(now - back * 60_000).toISOString() }
  return range === 'all' ? {} : { tail: Number(range) }
}
