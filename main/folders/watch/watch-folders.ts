import type { Dirent, FSWatcher } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { posix } from 'node:path'
import { type ByteName, toFsPath } from '../bytes.ts'
import type { HostWatchOptions } from './host-watch.ts'
import { isFolder, type OnEvent, watchOne } from './watch-one.ts'
import { watchRoot } from './watch-root.ts'

/** How many folders may still be watched. */
export interface WatchBudget {
  left: number
}

/** Linux: a watch on each folder, the nearest first, since the kernel has none for all that is below one. */
export function watchFolders(options: HostWatchOptions, budget: WatchBudget): Disposable {
  return watchRoot(options, (isNew) => new FolderWatches(options, budget, isNew))
}

/**
 * A program that changes one folder without a pause would keep this process from all else, since the news of it is read
 * until there is none: after so many in one turn the folder is let go for a while, and looked through then.
 */
const mostInTurn = 5000
const restMs = 500

interface Watched {
  path: ByteName
  /** Not watched now, or not any more. */
  resting: boolean
  left: boolean
  watcher: FSWatcher
  below: Map<ByteName, Watched>
}

interface Waiting {
  path: ByteName
  around: Watched | undefined
  /** It appeared while we watched: what is in it is news. */
  isNew: boolean
}

class FolderWatches implements Disposable {
  readonly #options: HostWatchOptions
  readonly #budget: WatchBudget
  #root: Watched | undefined
  #waiting: Waiting[]
  #count = 0
  #walking = false
  #over = false
  #inTurn = 0
  #full = false

  constructor(options: HostWatchOptions, budget: WatchBudget, isNew: boolean) {
    this.#options = options
    this.#budget = budget
    this.#waiting = [{ path: options.root, around: undefined, isNew }]
    // Whoever made it has to have it before it tells anything.
    queueMicrotask(() => void this.#walk())
  }

  [Symbol.dispose](): void {
    this.#over = true
    this.#waiting = []
    if (this.#root) this.#leave(this.#root)
  }

  async #walk(): Promise<void> {
    if (this.#walking) return
    this.#walking = true
    for (let one = this.#waiting.shift(); one && !this.#over; one = this.#waiting.shift())
      await this.#enter(one)
    this.#walking = false
  }

  /** It is watched first and read then, so that nothing is missed in between. */
  async #enter({ path, around, isNew }: Waiting): Promise<void> {
    const name = posix.basename(path)
    if (around && (around.left || around.below.has(name))) return
    const watched = this.#full ? undefined : this.#watch(path)
    if (watched && around) around.below.set(name, watched)
    else if (watched) this.#root = watched
    if (!watched) return
    const found = await readFolder(path)
    // It may have gone, and another one may be in its place.
    if (this.#over || (around && around.below.get(name) !== watched)) return
    for (const entry of found) this.#find(watched, entry, isNew)
  }

  #find(around: Watched, entry: Dirent, isNew: boolean): void {
    const path = `${around.path}/${entry.name}`
    if (this.#options.skip(path)) return
    if (isNew) this.#options.onChange(path, { entries: false })
    if (entry.isDirectory()) this.#waiting.push({ path, around, isNew })
  }

  #watch(path: ByteName): Watched | undefined {
    const below = new Map<ByteName, Watched>()
    if (this.#budget.left <= 0) {
      this.#tellFull()
      return undefined
    }
    const watcher = watchOne(
      path,
      (event, name) => this.#onEvent(watched, event, name),
      () => this.#tellFull(),
    )
    if (!watcher) return undefined
    const watched: Watched = { path, watcher, below, resting: false, left: false }
    this.#budget.left--
    this.#count++
    return watched
  }

  #tellFull(): void {
    if (this.#full) return
    this.#full = true
    this.#waiting = []
    this.#options.onLimit(this.#count)
  }

  #onEvent(around: Watched | undefined, event: string, name: ByteName | null): void {
    if (!around || this.#over || around.resting || name === null) return
    if (this.#inTurn++ === 0) setImmediate(() => (this.#inTurn = 0))
    if (this.#inTurn > mostInTurn) {
      this.#rest(around)
      return
    }
    const path = `${around.path}/${name}`
    if (this.#options.skip(path)) return
    const entries = event === 'rename'
    if (entries) this.#follow(around, name)
    this.#options.onChange(path, { entries })
  }

  #rest(watched: Watched): void {
    watched.resting = true
    watched.watcher.close()
    setTimeout(() => void this.#resume(watched), restMs).unref()
  }

  async #resume(watched: Watched): Promise<void> {
    if (watched.left) return
    const { path, below } = watched
    const onEvent: OnEvent = (event, name) => {
      this.#onEvent(watched, event, name)
    }
    const watcher = watchOne(path, onEvent, () => {
      this.#tellFull()
    })
    if (!watcher) return
    watched.watcher = watcher
    watched.resting = false
    this.#options.onChange(path, { entries: false })
    const entries = await readFolder(path)
    // What is pushed for a folder that was left meanwhile finds nobody around it.
    for (const entry of entries) if (!below.has(entry.name)) this.#find(watched, entry, true)
    void this.#walk()
  }

  /** An entry came, went or was replaced: the watches below it with it. */
  #follow(around: Watched, name: ByteName): void {
    const path = `${around.path}/${name}`
    const before = around.below.get(name)
    if (before) {
      around.below.delete(name)
      this.#leave(before)
    }
    if (this.#full || !isFolder(path)) return
    this.#waiting.push({ path, around, isNew: true })
    void this.#walk()
  }

  #leave(watched: Watched): void {
    watched.left = true
    watched.watcher.close()
    this.#budget.left++
    this.#count--
    for (const one of watched.below.values()) this.#leave(one)
  }
}

async function readFolder(path: ByteName): Promise<Dirent[]> {
  try {
    return await readdir(toFsPath(path), { withFileTypes: true, encoding: 'latin1' })
  } catch {
    return []
  }
}
