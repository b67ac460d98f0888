import { posix } from 'node:path'
import type { ByteName } from '../bytes.ts'

const most = 2000

/** A path at which something happened. */
export interface Happening {
  path: ByteName
  /** The folder around it gained or lost an entry. */
  entries: boolean
  /** It stands for more than was kept: it is told of however it looks. */
  forced: boolean
}

/**
 * Where something happened, each path once. When there are more than can be kept, the folder around stands for what is
 * in it, and in the end the root for all: whoever looks at a folder again finds what changed.
 */
export class PendingPokes {
  readonly #root: ByteName
  readonly #paths = new Map<ByteName, Happening>()

  constructor(root: ByteName) {
    this.#root = root
  }

  get size(): number {
    return this.#paths.size
  }

  add(path: ByteName, { entries }: { entries: boolean }): void {
    const known = this.#paths.get(path)
    if (known) known.entries ||= entries
    else if (this.#paths.size < most) this.#paths.set(path, { path, entries, forced: false })
    else this.#force(this.#paths.size < 2 * most ? posix.dirname(path) : this.#root)
  }

  /** The oldest first. */
  take(count: number): Happening[] {
    const taken: Happening[] = []
    for (const one of this.#paths.values()) {
      if (taken.length >= count) break
      taken.push(one)
      this.#paths.delete(one.path)
    }
    return taken
  }

  #force(path: ByteName): void {
    const folder = path.startsWith(this.#root) ? path : this.#root
    this.#paths.set(folder, { path: folder, entries: false, forced: true })
  }
}
