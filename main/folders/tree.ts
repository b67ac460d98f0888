import {
  type BigIntStats,
  constants,
  fstatSync,
  linkSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  statfsSync,
  type StatsFsBase,
  symlinkSync,
  unlinkSync,
} from 'node:fs'
import { posix } from 'node:path'
import { heldTarget, linkTarget, openTarget, setAttributes, setMode } from './attributes.ts'
import type { Beneath, Held } from './beneath.ts'
import type { ByteName } from './bytes.ts'
import { errnoOf, HostError } from './host-error.ts'
import { type Opened, openExisting, openNew, type OpenWish } from './open-file.ts'
import { OwnChanges } from './own-changes.ts'
import type { Ownership } from './ownership.ts'
import { pokeTime } from './poke-time.ts'
import { normal, ServedFolders, type ServedFoldersOptions } from './served-folders.ts'
import type { Attrs } from './sftp/packet.ts'
import { ShownTimes, toSeconds } from './shown-times.ts'

export interface TreeOptions extends Omit<ServedFoldersOptions, 'fold'> {
  beneath: Beneath
  owners: Ownership
}

/**
 * The shared folders as one tree of files, each path of which is looked up below its folder and nowhere else. Calls
 * that look and change are made at once and not by a thread: each takes some microseconds, and a thread takes more to
 * be asked. All throw errors with an errno's name as `code`.
 */
export class Tree {
  /** What containers have changed through it. */
  readonly own = new OwnChanges()
  readonly #options: TreeOptions
  readonly #folders: ServedFolders
  readonly #times = new ShownTimes()

  constructor(options: TreeOptions) {
    this.#options = options
    const { folders, hidden, beneath } = options
    this.#folders = new ServedFolders({ folders, hidden, fold: (path) => beneath.fold(path) })
  }

  lstat(path: ByteName): Required<Attrs> {
    using held = this.hold(path)
    return this.toAttrs(held.stat(), this.#folders.find(path))
  }

  /** Follows a link at the end, as long as it stays in shared folders. */
  stat(path: ByteName): Required<Attrs> {
    let at = path
    for (let hops = 0; hops < 40; hops++) {
      const attrs = this.lstat(at)
      if ((attrs.mode & constants.S_IFMT) !== constants.S_IFLNK) return attrs
      at = posix.resolve(posix.dirname(at), this.readlink(at))
    }
    throw new HostError('ELOOP', 'too many links')
  }

  toAttrs(stat: BigIntStats, host: ByteName): Required<Attrs> {
    const { uid, gid, mode } = this.#options.owners.look(stat)
    return {
      ...{ size: stat.size, uid, gid },
      mode: (Number(stat.mode) & constants.S_IFMT) | mode,
      atime: toSeconds(stat.atimeNs),
      mtime: this.#times.show(host, stat, Date.now()),
    }
  }

  hostPath(path: ByteName): ByteName {
    return this.#folders.find(path)
  }

  /** Holds what is there, a link itself. */
  hold(path: ByteName): Held {
    return this.#options.beneath.object(this.#folders.find(path))
  }

  readlink(path: ByteName): ByteName {
    using held = this.#entry(path)
    return readlinkSync(held.path, 'latin1')
  }

  statfs(path: ByteName): StatsFsBase<bigint> {
    using held = this.hold(path)
    return statfsSync(held.path, { bigint: true })
  }

  /**
   * One that is to be emptied is made when it is not there: a guest that remembers it for a moment longer leaves out
   * that it would make it, as nobody empties a file who would not.
   */
  open(path: ByteName, wish: OpenWish): Opened {
    const host = this.#folders.find(path)
    const create = wish.create || (wish.write && wish.truncate)
    if (wish.write || wish.create || wish.truncate) this.#folders.mayWrite(path)
    if (!wish.exclusive || !wish.create) {
      try {
        return { fd: this.#openExisting(path, wish), host }
      } catch (error) {
        if (!create || errnoOf(error) !== 'ENOENT') throw error
      }
    }
    return { fd: this.#create(path, wish), host }
  }

  mkdir(path: ByteName, mode = 0o777): void {
    this.#folders.mayWrite(path)
    using held = this.#entry(path)
    using parent = this.#parent(path)
    mkdirSync(held.path, { mode: 0o700 })
    setMode(heldTarget(held), mode, this.#around(parent))
    this.#noteEntry(path)
  }

  rmdir(path: ByteName): void {
    this.#remove(path, rmdirSync)
  }

  remove(path: ByteName): void {
    this.#remove(path, unlinkSync)
  }

  rename(from: ByteName, to: ByteName, { replace }: { replace: boolean }): void {
    this.#folders.mayWrite(from)
    this.#folders.mayWrite(to)
    this.#folders.mayMove(from)
    this.#folders.mayMove(to)
    using source = this.#entry(from)
    using target = this.#entry(to)
    const before = statOf(target)
    if (before && !replace) throw new HostError('EEXIST', 'the target is there')
    const isSame = before?.ino === statOf(source)?.ino
    renameSync(source.path, target.path)
    this.#noteEntry(from)
    this.#noteEntry(to)
    if (before && !isSame) this.#options.owners.forget(before)
  }

  symlink(target: ByteName, path: ByteName): void {
    this.#folders.mayWrite(path)
    using held = this.#entry(path)
    using parent = this.#parent(path)
    symlinkSync(Buffer.from(target, 'latin1'), held.path)
    this.#noteEntry(path)
    const made = held.stat()
    this.#options.owners.created(made, parent.stat(), Number(made.mode))
  }

  link(from: ByteName, to: ByteName): void {
    this.#folders.mayWrite(from)
    this.#folders.mayWrite(to)
    using source = this.#entry(from)
    using target = this.#entry(to)
    // It would be another name of what the link leads to, which may be outside.
    if (this.#options.beneath.linksFollow && source.stat().isSymbolicLink())
      throw new HostError('EPERM', 'a link')
    linkSync(source.path, target.path)
    this.#noteEntry(from)
    this.#noteEntry(to)
  }

  /** A link's own attributes are set, never those of what it leads to. */
  set(path: ByteName, attrs: Attrs): void {
    if (isPoke(attrs)) return
    this.#folders.mayWrite(path)
    const { owners } = this.#options
    const host = this.#folders.find(path)
    const kept = { owners, ...this.#timesOf(host) }
    using held = this.hold(path)
    if (held.stat().isSymbolicLink()) {
      using entry = this.#entry(path)
      setAttributes(linkTarget(entry), attrs, kept)
    } else setAttributes(heldTarget(held), attrs, kept)
    this.own.note(host)
  }

  lookOpen({ fd, host }: Opened): Required<Attrs> {
    return this.toAttrs(fstatSync(fd, { bigint: true }), host)
  }

  setOpen({ fd, host }: Opened, attrs: Attrs): void {
    if (isPoke(attrs)) return
    setAttributes(openTarget(fd), attrs, { owners: this.#options.owners, ...this.#timesOf(host) })
    this.own.note(host)
  }

  #openExisting(path: ByteName, wish: OpenWish): number {
    using held = this.hold(path)
    const fd = openExisting(held, wish)
    if (wish.truncate) this.own.note(this.#folders.find(path))
    return fd
  }

  #create(path: ByteName, wish: OpenWish): number {
    using held = this.#entry(path)
    using parent = this.#parent(path)
    const fd = openNew(held, wish, this.#around(parent))
    this.#noteEntry(path)
    return fd
  }

  #remove(path: ByteName, remove: (path: Buffer) => void): void {
    this.#folders.mayWrite(path)
    this.#folders.mayMove(path)
    using held = this.#entry(path)
    const before = this.#options.owners.size > 0 ? statOf(held) : undefined
    remove(held.path)
    this.#noteEntry(path)
    if (before) this.#options.owners.forget(before)
  }

  #timesOf(host: ByteName) {
    return { wasTold: (stat: BigIntStats, at: number) => this.#times.wasTold(host, stat, at) }
  }

  #noteEntry(path: ByteName): void {
    this.own.note(this.#folders.find(path))
  }

  #around(parent: Held): { owners: Ownership; parent: BigIntStats } {
    return { owners: this.#options.owners, parent: parent.stat() }
  }

  #parent(path: ByteName): Held {
    return this.hold(posix.dirname(normal(path)))
  }

  #entry(path: ByteName): Held {
    this.#folders.mayReplace(path)
    return this.#options.beneath.entry(this.#folders.find(path))
  }
}

function isPoke({ mtime, size, mode, uid }: Attrs): boolean {
  return mtime === pokeTime && size === undefined && mode === undefined && uid === undefined
}

function statOf(held: Held): BigIntStats | undefined {
  try {
    return held.stat()
  } catch {
    return undefined
  }
}
