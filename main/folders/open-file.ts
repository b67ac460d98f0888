import { type BigIntStats, chmodSync, closeSync, constants } from 'node:fs'
import { openTarget, setMode } from './attributes.ts'
import type { Held } from './beneath.ts'
import type { ByteName } from './bytes.ts'
import { HostError, isDenied } from './host-error.ts'
import type { Ownership } from './ownership.ts'

export interface OpenWish {
  read: boolean
  write: boolean
  append: boolean
  create: boolean
  truncate: boolean
  exclusive: boolean
  mode: number
}

/** An open file, and where it lies on the host. */
export interface Opened {
  fd: number
  host: ByteName
}

/** @throws {HostError} `EISDIR`, and `EACCES` for what is no ordinary file */
export function openExisting(held: Held, wish: OpenWish): number {
  const stat = held.stat()
  if (stat.isDirectory()) throw new HostError('EISDIR', 'a folder')
  // A pipe would wait for its other end, and a device or socket of the host is none of the guest's.
  if (!stat.isFile()) throw new HostError('EACCES', 'no ordinary file')
  const flags = toFlags(wish) | (wish.truncate ? constants.O_TRUNC : 0)
  try {
    return held.open(flags)
  } catch (error) {
    if (!isDenied(error)) throw error
    return openWithRights(held, stat, flags)
  }
}

/** Makes a file that is not there yet, with the bits and the owner that it gets in this folder. */
export function openNew(
  entry: Held,
  wish: OpenWish,
  around: { owners: Ownership; parent: BigIntStats },
): number {
  const fd = entry.open(toFlags(wish) | constants.O_CREAT | constants.O_EXCL)
  try {
    setMode(openTarget(fd), wish.mode, around)
  } catch (error) {
    closeSync(fd)
    throw error
  }
  return fd
}

function toFlags({ read, write, append }: OpenWish): number {
  const way = write ? (read ? constants.O_RDWR : constants.O_WRONLY) : constants.O_RDONLY
  return way | (append ? constants.O_APPEND : 0)
}

/** Root in a container reads and writes whatever the bits say; here it is done by the file's owner, who is asked them. */
function openWithRights(held: Held, stat: BigIntStats, flags: number): number {
  if (Number(stat.uid) !== process.getuid?.()) throw new HostError('EACCES', 'not ours')
  const mode = Number(stat.mode) & 0o7777
  chmodSync(held.path, mode | 0o600)
  try {
    return held.open(flags)
  } finally {
    chmodSync(held.path, mode)
  }
}
