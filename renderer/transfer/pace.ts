/** How fast bytes have come, as far as that is known; times in ms. */
export interface Pace {
  since: number
  at: number
  bytes: number
  /** When the last byte came. */
  grewAt: number
  /** Bytes a second, the newer ones counting more. */
  rate: number
}

/** How much longer it takes, as it was said last. */
export interface TimeLeft {
  at: number
  seconds: number
}

/** A rate is one of about so long. */
const memoryMs = 6000
const closestMs = 200
/** Before this there is too little to say. */
const knownMs = { rate: 1500, left: 4000 }
/** Nothing comes any more, and nobody knows when it will. */
const quietMs = 5000

/** What is known once so many bytes have come at a moment. */
export function advance(pace: Pace | undefined, at: number, bytes: number): Pace {
  // A sum that shrinks is another one: a layer was begun anew.
  if (!pace || bytes < pace.bytes) return { since: at, at, bytes, grewAt: at, rate: 0 }
  const ms = at - pace.at
  if (ms < closestMs) return pace
  const rate = ((bytes - pace.bytes) * 1000) / ms
  // Until there is more to remember, the mean of all counts.
  const weight = Math.max(1 - Math.exp(-ms / memoryMs), ms / (at - pace.since))
  const grewAt = bytes > pace.bytes ? at : pace.grewAt
  return { ...pace, at, bytes, grewAt, rate: pace.rate + (rate - pace.rate) * weight }
}

/** Bytes a second; undefined while it is not known, or nothing comes. */
export function rateAt(pace: Pace | undefined, now: number): number | undefined {
  if (!pace || pace.at - pace.since < knownMs.rate || now - pace.grewAt > quietMs) return undefined
  return pace.rate >= 1 ? pace.rate : undefined
}

/** For how long nothing has come, in ms; undefined while something does. */
export function quietAt(pace: Pace | undefined, now: number): number | undefined {
  const quiet = pace && now - pace.grewAt
  return quiet !== undefined && quiet > quietMs ? quiet : undefined
}

/**
 * The time left, which goes on as it was said as long as that is about right, so that it counts down instead of jumping
 * about; undefined while it is not known.
 */
export function timeLeft(
  last: TimeLeft | undefined,
  pace: Pace,
  { bytesLeft, now }: { bytesLeft: number; now: number },
): TimeLeft | undefined {
  const rate = rateAt(pace, now)
  if (rate === undefined || pace.at - pace.since < knownMs.left || bytesLeft <= 0) return undefined
  const seconds = bytesLeft / rate
  if (!last) return { at: now, seconds }
  const said = Math.max(0, last.seconds - (now - last.at) / 1000)
  return Math.abs(seconds - said) <= Math.max(3, said * 0.25) ? last : { at: now, seconds }
}

/** Seconds to be shown: in steps that nobody has to read anew each second. */
export function secondsAt(left: TimeLeft, now: number): number {
  const seconds = Math.max(1, left.seconds - (now - left.at) / 1000)
  if (seconds < 10) return Math.ceil(seconds)
  return seconds < 60 ? Math.ceil(seconds / 5) * 5 : seconds
}
