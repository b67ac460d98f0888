import {
  type BigIntStats,
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { z } from 'zod'

/** Whose a file is and what may be done with it, as containers see it. */
export interface Owner {
  uid: number
  gid: number
  /** With setuid, setgid and sticky bits; without the bits that tell the kind. */
  mode: number
}

interface Entry {
  uid: number
  gid: number
  /** Set when containers are to see other bits than the host has; good as long as the host's are `hostMode`. */
  mode?: number
  hostMode?: number
}

/** One line: the key alone says that the entry is gone. */
const line = z.union([
  z.tuple([z.string()]),
  z.tuple([z.string(), z.number(), z.number()]),
  z.tuple([z.string(), z.number(), z.number(), z.number(), z.number()]),
])
const permissions = 0o7777
const syncEveryMs = 1000
const slackLines = 10_000

/**
 * What containers have set by chown and chmod. On the host all files are the user's, who may not give them away, so it
 * is kept here and shown to containers only. A file is known by device, inode and time of birth: an inode that is used
 * again for another file is another file. What is written here outlives the app at once, and a power cut after a
 * second.
 */
export class Ownership implements Disposable {
  readonly #file: string
  readonly #entries = new Map<string, Entry>()
  #fd: number
  #lines = 0
  #sync: NodeJS.Timeout | undefined

  constructor(file: string) {
    this.#file = file
    if (existsSync(file)) this.#read(readFileSync(file, 'utf8'))
    this.#fd = openSync(file, 'a', 0o600)
    // A line that a crash has cut short must not swallow the next one.
    if (this.#lines > 0) writeSync(this.#fd, '\n')
    this.#compact(0)
  }

  get size(): number {
    return this.#entries.size
  }

  look(stat: BigIntStats): Owner {
    const hostMode = Number(stat.mode) & permissions
    const entry = this.#entries.size > 0 ? this.#entries.get(keyOf(stat)) : undefined
    if (!entry) return { uid: 0, gid: 0, mode: hostMode }
    const { uid, gid } = entry
    return { uid, gid, mode: entry.hostMode === hostMode ? (entry.mode ?? hostMode) : hostMode }
  }

  chown(stat: BigIntStats, { uid, gid }: { uid?: number; gid?: number }): void {
    const before = this.look(stat)
    this.#set(stat, { ...before, uid: uid ?? before.uid, gid: gid ?? before.gid })
  }

  /** Call it with what the host shows once its own bits were set. */
  chmod(stat: BigIntStats, mode: number): void {
    this.#set(stat, { ...this.look(stat), mode: mode & permissions })
  }

  /** What is made in a folder that was given away is its new owner's: a service makes files in its own folders. */
  created(stat: BigIntStats, parent: BigIntStats, mode: number): void {
    const { uid, gid } = this.look(parent)
    this.#set(stat, { uid, gid, mode: mode & permissions })
  }

  forget(stat: BigIntStats): void {
    // A folder has a link for itself, and for each folder in it.
    if (this.#entries.size === 0 || (stat.nlink > 1n && !stat.isDirectory())) return
    const key = keyOf(stat)
    if (this.#entries.delete(key)) this.#write([key])
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#sync)
    fdatasyncSync(this.#fd)
    closeSync(this.#fd)
  }

  #set(stat: BigIntStats, { uid, gid, mode }: Owner): void {
    const key = keyOf(stat)
    const hostMode = Number(stat.mode) & permissions
    const known = this.#entries.get(key)
    const entry: Entry = mode === hostMode ? { uid, gid } : { uid, gid, mode, hostMode }
    if (mode === hostMode && uid === 0 && gid === 0) {
      if (this.#entries.delete(key)) this.#write([key])
    } else if (known === undefined || !isSame(known, entry)) {
      this.#entries.set(key, entry)
      this.#write(toLine(key, entry))
    }
  }

  #read(text: string): void {
    for (const one of text.split('\n')) {
      if (one === '') continue
      this.#lines++
      const [key, uid, gid, mode, hostMode] = parseLine(one)
      if (key === undefined) continue
      if (uid === undefined || gid === undefined) this.#entries.delete(key)
      else if (mode === undefined || hostMode === undefined) this.#entries.set(key, { uid, gid })
      else this.#entries.set(key, { uid, gid, mode, hostMode })
    }
  }

  #write(words: readonly (string | number)[]): void {
    writeSync(this.#fd, `${JSON.stringify(words)}\n`)
    this.#lines++
    this.#compact(slackLines)
    this.#sync ??= setTimeout(() => {
      this.#sync = undefined
      fdatasync(this.#fd, () => undefined)
    }, syncEveryMs).unref()
  }

  /** Writes the file anew when most of its lines are old. */
  #compact(slack: number): void {
    if (this.#lines <= 2 * this.#entries.size + slack) return
    const draft = `${this.#file}.new`
    const text = [...this.#entries].map(([key, entry]) => `${JSON.stringify(toLine(key, entry))}\n`)
    writeFileSync(draft, text.join(''), { mode: 0o600 })
    const fd = openSync(draft, 'a')
    fsyncSync(fd)
    renameSync(draft, this.#file)
    closeSync(this.#fd)
    this.#fd = fd
    this.#lines = this.#entries.size
  }
}

function toLine(key: string, { uid, gid, mode, hostMode }: Entry): (string | number)[] {
  return mode === undefined || hostMode === undefined
    ? [key, uid, gid]
    : [key, uid, gid, mode, hostMode]
}

function parseLine(text: string): readonly [string?, number?, number?, number?, number?] {
  try {
    return line.parse(JSON.parse(text))
  } catch {
    return []
  }
}

function isSame(a: Entry, b: Entry): boolean {
  return a.uid === b.uid && a.gid === b.gid && a.mode === b.mode && a.hostMode === b.hostMode
}

function keyOf(stat: BigIntStats): string {
  return `${stat.dev.toString(36)}.${stat.ino.toString(36)}.${stat.birthtimeNs.toString(36)}`
}
