import type { BigIntStats } from 'node:fs'
import type { ByteName } from './bytes.ts'

interface Shown {
  mtimeNs: bigint
  ino: bigint
  /** What was told last, and what was told before the second was over. */
  told: number
  early: number
  /** The earliest that was told of the file in any of its states. */
  least: number
}

const keptSeconds = 5
const most = 2000

/**
 * The second in which a file was written, as the client is told it: the protocol has whole seconds only, and the client
 * takes a file of the same second and size for the same file. So as long as the second is not over and more may be
 * written in it, or be put in its place, an earlier one is told, and another one for each state that was seen; the true
 * one makes the client read again once more. None is told of two states: libfuse's `auto_cache` does not take down each
 * time that it is told, so what it goes by may be any of those before.
 */
export class ShownTimes {
  readonly #recent = new Map<string, Shown>()

  show(path: ByteName, stat: BigIntStats, nowMs: number): number {
    const seconds = toSeconds(stat.mtimeNs)
    const now = Math.floor(nowMs / 1000)
    if (!stat.isFile() || seconds < now - 1) return seconds
    const before = this.#recent.get(path)
    const isSame = before?.mtimeNs === stat.mtimeNs && before.ino === stat.ino
    if (isSame && seconds === now) return before.told
    const least = before?.least ?? seconds
    const isFree = isSame || (before?.told !== seconds && before?.early !== seconds)
    const told = seconds !== now && isFree ? seconds : Math.min(seconds, least) - 1
    const early = isSame ? before.early : told
    const { mtimeNs, ino } = stat
    this.#keep(path, { mtimeNs, ino, told, early, least: Math.min(least, told) }, now)
    return told
  }

  /** Whether the client, when it sets this time, sets what it was told: then the file is to keep its own. */
  wasTold(path: ByteName, stat: BigIntStats, seconds: number): boolean {
    if (seconds === toSeconds(stat.mtimeNs)) return true
    const known = this.#recent.get(path)
    return known?.mtimeNs === stat.mtimeNs && (known.told === seconds || known.early === seconds)
  }

  #keep(key: ByteName, shown: Shown, now: number): void {
    this.#recent.delete(key)
    this.#recent.set(key, shown)
    if (this.#recent.size <= most) return
    for (const [old, { mtimeNs }] of this.#recent) {
      if (this.#recent.size <= most / 2 || toSeconds(mtimeNs) > now - keptSeconds) break
      this.#recent.delete(old)
    }
  }
}

export function toSeconds(nanoseconds: bigint): number {
  return Number(nanoseconds / 1_000_000_000n)
}
