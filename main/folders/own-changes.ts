import { type BigIntStats, fstatSync, lstatSync } from 'node:fs'
import { type ByteName, toFsPath } from './bytes.ts'

const most = 20_000
const underWay = 'under way'
const gone = ''

/**
 * What containers know of what is on the host, by how it looked: what the server itself has just changed for one of
 * them, and what they were told of. All else that somebody sees is news, and nothing that a poke does is.
 */
export class OwnChanges {
  readonly #last = new Map<ByteName, string>()

  /** Something was done at `path`, which may be gone now. */
  note(path: ByteName): void {
    this.#set(path, look(path))
  }

  /** Something is done to what is open as `fd`; call what is returned once it is done. */
  begin(path: ByteName, fd: number): () => void {
    this.#set(path, underWay)
    return () => {
      this.#set(path, toLooks(fstatSync(fd, { bigint: true })))
    }
  }

  /** Whether what is at `path` now is news to containers; from now on it is none. */
  isNews(path: ByteName): boolean {
    const [known, now] = [this.#last.get(path), look(path)]
    if (known === now || known === underWay) return false
    this.#set(path, now)
    return true
  }

  #set(path: ByteName, looks: string): void {
    this.#last.delete(path)
    this.#last.set(path, looks)
    if (this.#last.size <= most) return
    for (const old of this.#last.keys()) {
      this.#last.delete(old)
      if (this.#last.size <= most / 2) return
    }
  }
}

/** What is at `path`, as far as programs care: two that are alike are taken for the same. */
function look(path: ByteName): string {
  try {
    return toLooks(lstatSync(toFsPath(path), { bigint: true }))
  } catch {
    return gone
  }
}

/** Without the time that a poke itself may change. */
function toLooks({ ino, size, mtimeNs, mode }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs} ${mode}`
}
