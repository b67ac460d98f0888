import { readFile, realpath } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { z } from 'zod'
import { errorCode, writeDurably } from '../durable-file.ts'
import { VmError } from '../errors.ts'
import { toFolderError } from '../folders.ts'
import type { MachineFiles } from '../files.ts'
import { type Leftover, leftoverSchema } from './leftover.ts'

/**
 * Where the data disk lies, told by a file that is there once there is a disk: so a disk that is away is never taken
 * for one that was not made yet. It is no setting, since settings that cannot be read are begun anew. Paths that are
 * relative are the machine's folder's, which may be moved as a whole.
 */
const schema = z.object({
  path: z.string().min(1),
  /** A move has begun: what lies here is part of a copy. Beside `old`, it is the disk, not under its name yet. */
  draft: z.string().min(1).optional(),
  /** A move is decided: what lies here is the disk that was left behind. */
  old: leftoverSchema.optional(),
  /** What moves have left on drives that were away: it goes when they are back. */
  left: z.array(leftoverSchema).optional(),
})

export type DiskPlace = z.infer<typeof schema>

type PlaceFiles = Pick<MachineFiles, 'disk' | 'diskPlace'>

/**
 * What is recorded, with absolute paths; undefined before the first disk is made.
 * @throws {VmError} 'disk-place-unreadable'
 */
export async function readPlace({ diskPlace }: PlaceFiles): Promise<DiskPlace | undefined> {
  const at = (path: string) => resolve(dirname(diskPlace), path)
  try {
    const found = schema.parse(JSON.parse(await readFile(diskPlace, 'utf8')))
    return mapPaths(found, at)
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined
    throw new VmError('disk-place-unreadable', { path: diskPlace }, { cause })
  }
}

/**
 * Counts from now on, and after a power cut too. Files of the machine's folder are named relative to that.
 * @throws {VmError} 'disk-full', 'folder-not-writable'
 */
export async function writePlace({ diskPlace }: PlaceFiles, place: DiskPlace): Promise<void> {
  const folder = dirname(diskPlace)
  try {
    // A move names its folder as it is really called, which a home that is a link is not.
    const own = new Set([folder, await realpath(folder)])
    const stored = mapPaths(place, (path) => (own.has(dirname(path)) ? basename(path) : path))
    await writeDurably(diskPlace, `${JSON.stringify(stored)}\n`)
  } catch (error) {
    throw toFolderError(error, folder)
  }
}

function mapPaths({ path, draft, old, left = [] }: DiskPlace, to: (path: string) => string) {
  const toLeftover = (one: Leftover) => ({ ...one, path: to(one.path) })
  return {
    path: to(path),
    ...(draft && { draft: to(draft) }),
    ...(old && { old: toLeftover(old) }),
    ...(left.length > 0 && { left: left.map(toLeftover) }),
  }
}

/** Where the data disk lies, or will be made. @throws {VmError} 'disk-place-unreadable' */
export async function findDisk(files: PlaceFiles): Promise<string> {
  return (await readPlace(files))?.path ?? files.disk
}
