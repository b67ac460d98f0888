/** How many bytes had come at a moment. */
export interface SpeedMark {
  /** Milliseconds. */
  at: number
  bytes: number
}

const windowMs = 5000
const closestMs = 200

/** Adds a mark; those that are too old to say anything about now are let go. */
export function addMark(marks: readonly SpeedMark[], mark: SpeedMark): readonly SpeedMark[] {
  const last = marks.at(-1)
  if (last && mark.at - last.at < closestMs) return marks
  // A sum that shrinks is another one: a layer's size became known, or it was begun anew.
  if (last && mark.bytes < last.bytes) return [mark]
  return [...marks.filter(({ at }) => mark.at - at <= windowMs), mark]
}

/** Bytes a second over the last few seconds; undefined while there is too little to say, or nothing comes. */
export function toSpeed(marks: readonly SpeedMark[]): number | undefined {
  const [first, last] = [marks[0], marks.at(-1)]
  if (!first || !last || last.at - first.at < 1000) return undefined
  const speed = ((last.bytes - first.bytes) * 1000) / (last.at - first.at)
  return speed > 0 ? speed : undefined
}

/** Seconds to the end at this speed. */
export function toSecondsLeft(bytesLeft: number, speed: number | undefined): number | undefined {
  return speed === undefined || bytesLeft <= 0 ? undefined : Math.ceil(bytesLeft / speed)
}
