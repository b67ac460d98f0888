import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
} from 'node:fs'
import { posix } from 'node:path'
import { type ByteName, toFsPath } from './bytes.ts'
import { HostError } from './host-error.ts'

/** One thing on the host that stays the same thing until it is let go, whoever renames what meanwhile. */
export interface Held extends Disposable {
  /** Leads to that thing, or to the entry in that folder; good for every function of node:fs until it is let go. */
  readonly path: Buffer
  stat(): BigIntStats
  /** Opens it, and makes sure that it is what was held. */
  open(flags: number): number
}

/**
 * Finds things by their path without following any link, at the end or on the way. Paths are absolute and in their
 * real form: where a link stands in one, nothing is found.
 */
export interface Beneath {
  /** Holds what is at `path`; a link is held itself. */
  object(path: ByteName): Held
  /** Holds the folder around `path`; `path` of what is held is the entry in it, which need not exist. */
  entry(path: ByteName): Held
}

/** O_PATH: a handle on the thing that needs no right to it. Node does not name it. */
const pathOnly = 0o10000000

/**
 * Linux: the kernel follows whatever links are on the way, and then tells where the thing that it opened is. Only when
 * that is the very path that was asked for is it used, and from then on by its handle: nothing can be swapped between
 * the check and the use.
 */
export const linuxBeneath: Beneath = {
  object: (path) => hold(path, ''),
  entry(path) {
    const name = posix.basename(path)
    if (name === '' || name === '..' || name === '.') throw new HostError('EINVAL', 'no name')
    return hold(posix.dirname(path), `/${name}`, constants.O_DIRECTORY)
  },
}

function hold(path: ByteName, entry: ByteName, flags = 0): Held {
  const fd = openSync(toFsPath(path), pathOnly | constants.O_NOFOLLOW | flags)
  const handle = `/proc/self/fd/${fd}`
  try {
    if (readlinkSync(handle, 'latin1') !== path) throw new HostError('ENOENT', 'a link on the way')
  } catch (error) {
    closeSync(fd)
    throw error
  }
  const place = toFsPath(handle + entry)
  return {
    path: place,
    stat: () =>
      entry === '' ? fstatSync(fd, { bigint: true }) : lstatSync(place, { bigint: true }),
    open: (wanted) => openSync(place, wanted | (entry === '' ? 0 : constants.O_NOFOLLOW)),
    [Symbol.dispose]: () => {
      closeSync(fd)
    },
  }
}

/**
 * Where there is no such handle: the path is resolved before each use, and a file that was opened is compared with
 * what was there. A swap between the check of a folder and the making or removal of an entry in it is not seen.
 */
export const checkedBeneath: Beneath = {
  object: (path) => check(path, posix.dirname(path)),
  entry: (path) => check(path, posix.dirname(path)),
}

function check(path: ByteName, parent: ByteName): Held {
  const verify = () => {
    const real = realpathSync.native(toFsPath(parent), 'latin1').replaceAll('\\', '/')
    if (fold(real) !== fold(parent)) throw new HostError('ENOENT', 'a link on the way')
  }
  verify()
  const place = toFsPath(path)
  const stat = () => lstatSync(place, { bigint: true })
  return {
    path: place,
    stat,
    open(flags) {
      const fd = openSync(place, flags | noFollow)
      try {
        verify()
        const [opened, found] = [fstatSync(fd, { bigint: true }), stat()]
        if (opened.ino !== found.ino || opened.dev !== found.dev)
          throw new HostError('ENOENT', 'it was swapped')
        return fd
      } catch (error) {
        closeSync(fd)
        throw error
      }
    },
    [Symbol.dispose]: () => undefined,
  }
}

/** Windows has neither this flag nor links that an ordinary user can make. */
const noFollow = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW

/** Mac and Windows give a name back in the case and form that is on the disk. */
function fold(path: ByteName): string {
  if (process.platform === 'linux') return path
  return toFsPath(path).toString('utf8').normalize('NFC').toLowerCase()
}

export const hostBeneath: Beneath = process.platform === 'linux' ? linuxBeneath : checkedBeneath
