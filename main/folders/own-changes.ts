import type { ByteName } from './bytes.ts'

interface Change {
  fromMs: number
  toMs: number
}

/** The clock of files ticks every 1 to 10 ms, or later on a busy computer: a change is stamped with the last tick. */
const tickMs = 200
const keptMs = 5000
const most = 20_000

/**
 * What the server itself has just changed on the host for a container, so that who watches the host can tell it from
 * what others change.
 */
export class OwnChanges {
  readonly #last = new Map<ByteName, Change>()

  /** Call it once it is done, or before with `toMs` of Infinity and then again. */
  note(path: ByteName, fromMs: number, toMs = Date.now()): void {
    this.#last.delete(path)
    this.#last.set(path, { fromMs, toMs })
    if (this.#last.size > most) this.#forgetOldest()
  }

  /** Whether the last change of what is there was ours; `stat` is undefined when nothing is there. */
  isOwn(path: ByteName, stat: { ctimeMs: number | bigint } | undefined): boolean {
    const change = this.#last.get(path)
    if (!change) return false
    if (!stat) return Date.now() - change.toMs < keptMs
    const at = Number(stat.ctimeMs)
    return at >= change.fromMs - tickMs && at <= change.toMs
  }

  #forgetOldest(): void {
    const old = Date.now() - keptMs
    for (const [path, { toMs }] of this.#last) {
      if (this.#last.size <= most / 2 && toMs > old) break
      this.#last.delete(path)
    }
  }
}
