import { AppError } from '#api'

/**
 * The engine's JSON in our shape; `toOurs` says what the engine is known to send. What is no JSON, or is of another shape, is the engine's mistake and not ours.
 * @throws {AppError} `engine-garbled`
 */
export function readAnswer<T>(text: string, toOurs: (answer: never) => T): T {
  try {
    return toOurs(JSON.parse(text) as never)
  } catch (cause) {
    throw new AppError('engine-garbled', {}, { cause })
  }
}

/** The engine's "never" is the year 1. */
export function toTime(text: string | undefined): number | undefined {
  const time = text === undefined || text.startsWith('0001-') ? NaN : Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}
