import { posix } from 'node:path'
import type { ByteName } from '../bytes.ts'

const most = 2000

/**
 * The paths that are to be poked, each once. When there are more than can be kept, the folder around stands for what is
 * in it, and in the end the root for all: whoever looks at a folder again finds what changed.
 */
export class PendingPokes {
  readonly #root: ByteName
  readonly #paths = new Set<ByteName>()

  constructor(root: ByteName) {
    this.#root = root
  }

  get size(): number {
    return this.#paths.size
  }

  add(path: ByteName, { entries }: { entries: boolean }): void {
    const folder = posix.dirname(path)
    if (this.#paths.size < most) {
      this.#paths.add(path)
      if (entries && path !== this.#root) this.#paths.add(folder)
    } else if (this.#paths.size < 2 * most && path !== this.#root) this.#paths.add(folder)
    else this.#paths.add(this.#root)
  }

  /** The oldest first. */
  take(count: number): ByteName[] {
    const taken: ByteName[] = []
    for (const path of this.#paths) {
      if (taken.length >= count) break
      taken.push(path)
      this.#paths.delete(path)
    }
    return taken
  }
}
