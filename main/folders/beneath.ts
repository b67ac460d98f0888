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
  /** The form in which all names of one thing are one, where the system takes several for it. */
  fold(path: ByteName): string
  /** Whether a hard link to a link becomes one to what that leads to, wherever it is. */
  readonly linksFollow: boolean
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
  fold: (path) => path,
  linksFollow: false,
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
export function createCheckedBeneath(platform: NodeJS.Platform = process.platform): Beneath {
  const fold = platform === 'linux' ? (path: ByteName) => path : foldName
  const look = (path: ByteName) => {
    if (platform === 'win32') checkWindowsName(path)
    return check(path, fold)
  }
  return { fold, linksFollow: platform !== 'linux', object: look, entry: look }
}

export const checkedBeneath = createCheckedBeneath()

function check(path: ByteName, fold: (path: ByteName) => string): Held {
  const parent = posix.dirname(path)
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

/** Mac and Windows give a name back in the case and form that is on the disk. Some letters have more than two cases. */
function foldName(path: ByteName): string {
  return toFsPath(path).toString('utf8').normalize('NFC').toUpperCase().toLowerCase()
}

/**
 * Windows reads more into a name than its letters: `a\\b` is two of them, `a:b` a stream of a file, `a.` is `a`, `nul` a
 * device, and `PROGRA~1` may be the short name of something else, which is told for what is around a path anyway.
 */
function checkWindowsName(path: ByteName): void {
  const [first = '', ...names] = path.split('/')
  const isName = /^([A-Za-z]:)?$/.test(first) && !names.some((name) => notOfWindows.test(name))
  if (!isName) throw new HostError('ENOENT', 'no name here')
  const last = names.at(-1) ?? ''
  if (/~\d/.test(last) && realNameOf(path) !== foldName(last))
    throw new HostError('ENOENT', 'another name of it')
}

const notOfWindows =
  /[\\:*?"<>|\x00-\x1f]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)/i

/** Folded; the name itself for what is not there. */
function realNameOf(path: ByteName): string {
  try {
    const real = realpathSync.native(toFsPath(path), 'latin1').replaceAll('\\', '/')
    return foldName(posix.basename(real))
  } catch {
    return foldName(posix.basename(path))
  }
}

export const hostBeneath: Beneath = process.platform === 'linux' ? linuxBeneath : checkedBeneath
