import type { StatsSample } from '#api'

/** What is drawn of a container: its last minute. */
const ringSeconds = 60

/** The last samples of one container, oldest first. */
export interface StatsRing {
  readonly cpu: readonly number[]
  readonly memory: readonly number[]
  readonly latest: StatsSample
}

/** How long a container may have been out of sight for its line to go on instead of beginning anew. */
const longestGapMs = 5000

/** A ring with one more sample: a new object, so that whoever drew the old one sees that it changed. */
export function withSample(ring: StatsRing | undefined, sample: StatsSample): StatsRing {
  const goesOn = ring !== undefined && sample.at - ring.latest.at <= longestGapMs
  const [cpu, memory] = goesOn ? [ring.cpu, ring.memory] : [[], []]
  return {
    cpu: [...cpu.slice(1 - ringSeconds), sample.cpu],
    memory: [...memory.slice(1 - ringSeconds), sample.memory],
    latest: sample,
  }
}

/**
 * Which containers to ask about when these are in sight, and those were asked about last: the same as long as they
 * cover what is in sight and not much else, because every change opens a stream anew.
 */
export function toAsked(seen: readonly string[], asked: readonly string[]): readonly string[] {
  const known = new Set(asked)
  const isCovered = seen.every((id) => known.has(id))
  return isCovered && asked.length <= Math.max(8, seen.length * 2) ? asked : [...seen]
}
