import {
  type BigIntStats,
  chmodSync,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  futimesSync,
  lutimesSync,
  truncateSync,
  utimesSync,
} from 'node:fs'
import type { Held } from './beneath.ts'
import { HostError, isDenied } from './host-error.ts'
import type { Ownership } from './ownership.ts'
import type { Attrs } from './sftp/packet.ts'
import { toSeconds } from './shown-times.ts'

/** Something whose attributes can be set, by its handle or by its path. */
export interface Target {
  stat(): BigIntStats
  chmod(mode: number): void
  truncate(size: number): void
  utimes(atime: number, mtime: number): void
}

export function heldTarget(held: Held): Target {
  return {
    stat: () => held.stat(),
    chmod: (mode) => {
      chmodSync(held.path, mode)
    },
    truncate: (size) => {
      truncateSync(held.path, size)
    },
    utimes: (atime, mtime) => {
      utimesSync(held.path, atime, mtime)
    },
  }
}

export function openTarget(fd: number): Target {
  return {
    stat: () => fstatSync(fd, { bigint: true }),
    chmod: (mode) => {
      fchmodSync(fd, mode)
    },
    truncate: (size) => {
      ftruncateSync(fd, size)
    },
    utimes: (atime, mtime) => {
      futimesSync(fd, atime, mtime)
    },
  }
}

/** A link itself: it has no bits of its own, and no size to set. */
export function linkTarget(entry: Held): Target {
  return {
    stat: () => entry.stat(),
    chmod: () => undefined,
    truncate: () => {
      throw new HostError('EINVAL', 'a link')
    },
    utimes: (atime, mtime) => {
      lutimesSync(entry.path, atime, mtime)
    },
  }
}

/** Whether the client, when it sets this time of change, sets what it was told. */
type WasTold = (stat: BigIntStats, mtime: number) => boolean

/** Sets what is asked for; the owner is only remembered, and the bits as far as the host's user can give them. */
export function setAttributes(
  target: Target,
  attrs: Attrs,
  { owners, wasTold }: { owners: Ownership; wasTold: WasTold },
): void {
  const before = target.stat()
  const { uid, gid, mode, size } = attrs
  if (uid !== undefined && gid !== undefined) {
    owners.chown(before, {
      ...(uid !== unchanged && { uid }),
      ...(gid !== unchanged && { gid }),
    })
  }
  if (mode !== undefined && !before.isSymbolicLink()) setMode(target, mode, { owners })
  if (size !== undefined) {
    if (!before.isFile() && !before.isSymbolicLink()) throw new HostError('EINVAL', 'no file')
    target.truncate(Number(size))
  }
  const times = newTimes(before, attrs, wasTold)
  if (times) target.utimes(times.atime, times.mtime)
}

/**
 * Sets the host's bits as far as the host's user keeps what the app needs, and remembers the rest.
 * @param options.parent the folder around what has just been made
 */
export function setMode(
  target: Target,
  mode: number,
  { owners, parent }: { owners: Ownership; parent?: BigIntStats },
): void {
  const before = target.stat()
  const wanted = toHostMode(mode, before.isDirectory())
  try {
    if ((Number(before.mode) & 0o7777) !== wanted) target.chmod(wanted)
  } catch (error) {
    // A file of another user of this computer: containers see what they set all the same.
    if (!isDenied(error)) throw error
  }
  if (parent) owners.created(target.stat(), parent, mode)
  else owners.chmod(target.stat(), mode)
}

/** Set-id bits would be the host user's own; a folder whose owner cannot enter it could not be served any more. */
function toHostMode(mode: number, folder: boolean): number {
  return (mode & 0o777) | (folder ? 0o700 : 0)
}

/** What chown says for "leave it". */
const unchanged = 0xffff_ffff

/**
 * The protocol has whole seconds only: a time that is asked for as it is already keeps its fraction, and nothing is
 * touched when nothing changes.
 */
function newTimes(
  stat: BigIntStats,
  { atime, mtime }: Attrs,
  wasTold: WasTold,
): { atime: number; mtime: number } | undefined {
  if (atime === undefined || mtime === undefined) return undefined
  const keeps = wasTold(stat, mtime)
  if (keeps && atime === toSeconds(stat.atimeNs)) return undefined
  return { atime, mtime: keeps ? Number(stat.mtimeNs / 1000n) / 1_000_000 : mtime }
}
