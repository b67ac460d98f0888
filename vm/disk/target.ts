import { randomBytes } from 'node:crypto'
import { link, lstat, mkdir, open, realpath, rm, rmdir, stat, statfs } from 'node:fs/promises'
import { basename, isAbsolute, join, relative, resolve } from 'node:path'
import { errorCode } from '../durable-file.ts'
import { VmError } from '../errors.ts'
import { toFolderError } from '../folders.ts'
import type { DiskFormat } from '../files.ts'
import { tellBytes } from './tell-bytes.ts'

const gibibyte = 1024 ** 3
/** What is to stay free beside the disk, so that the machine can go on for a while. */
const reserve = gibibyte

export interface SourceDisk {
  path: string
  format: DiskFormat
  /** How long the file is, and what of it is really there. */
  bytes: number
  allocated: number
}

export interface MoveTarget {
  folder: string
  path: string
  /** It was made for the disk, and goes again when nothing comes of it. */
  made: boolean
}

/**
 * Whether the disk can lie in `folder`, found by trying and not by what the file system is called. Leaves nothing but
 * the folder itself, if that was not there; its parent has to be, or a drive that is not plugged in would be made up.
 * @throws {VmError} 'disk-folder-unfit', 'disk-folder-missing', 'disk-there-already', 'disk-exists-there',
 * 'disk-no-room', 'disk-file-limit', 'folder-not-writable'
 */
export async function openTarget(
  source: SourceDisk,
  folder: string,
  socketFolder: string,
): Promise<MoveTarget> {
  if (!isAbsolute(folder)) throw new VmError('disk-folder-unfit', { folder })
  const made = await makeFolder(resolve(folder))
  const target = { folder: resolve(folder), path: '', made }
  try {
    target.folder = await realpath(folder)
    if (isInside(target.folder, await realpath(socketFolder).catch(() => socketFolder)))
      throw new VmError('disk-folder-unfit', { folder })
    target.path = join(target.folder, basename(source.path))
    if (await isSameFile(target.path, source.path))
      throw new VmError('disk-there-already', { path: target.path })
    if (await isThere(target.path)) throw new VmError('disk-exists-there', { path: target.path })
    await tryFile(source, target.folder)
    return target
  } catch (error) {
    await dropTarget(target)
    throw toFolderError(error, folder)
  }
}

/** Nothing comes of it. */
export async function dropTarget({ folder, made }: MoveTarget): Promise<void> {
  if (made) await rmdir(folder).catch(() => undefined)
}

async function makeFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 })
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    if (errorCode(error) === 'ENOENT') throw new VmError('disk-folder-missing', { folder })
    throw toFolderError(error, folder)
  }
}

/** A file in the folder that is as long as the disk; where the disk can be linked, it needs no room at all. */
async function tryFile(source: SourceDisk, folder: string): Promise<void> {
  const probe = join(folder, `berth-${randomBytes(4).toString('hex')}.probe`)
  try {
    if (await isLinked(source.path, probe)) return
    const file = await open(probe, 'wx', 0o600)
    try {
      await file.truncate(lengthOf(source))
      const { blocks } = await file.stat()
      await file.truncate(0)
      // Where files have no holes, all of the disk is there.
      const needed = blocks > 0 ? lengthOf(source) : source.allocated
      await assertRoom(folder, needed)
    } finally {
      await file.close()
    }
  } catch (error) {
    if (errorCode(error) === 'EFBIG') {
      const sizeGiB = Math.ceil(lengthOf(source) / gibibyte)
      throw new VmError('disk-file-limit', { folder, sizeGiB }, { cause: error })
    }
    if (isNoRoom(error)) throw await toNoRoom(folder, lengthOf(source))
    throw error
  } finally {
    await rm(probe, { force: true })
  }
}

/** How long a file has to be able to get: one with tables of its own (qcow2) grows past what FAT32 can hold. */
function lengthOf({ format, bytes, allocated }: SourceDisk): number {
  return format === 'raw' ? bytes : Math.max(4 * gibibyte, allocated)
}

async function isLinked(path: string, probe: string): Promise<boolean> {
  try {
    await link(await realpath(path), probe)
    return true
  } catch {
    return false
  }
}

async function assertRoom(folder: string, bytes: number): Promise<void> {
  if ((await freeBytes(folder)) < bytes + reserve) throw await toNoRoom(folder, bytes + reserve)
}

/** @returns the failure of a disk that does not fit, with what is free now. */
export async function toNoRoom(folder: string, bytes: number): Promise<VmError> {
  const free = await freeBytes(folder).catch(() => 0)
  // Rounded apart, so that what is too little never looks enough.
  const told = { needed: tellBytes(bytes, Math.ceil), free: tellBytes(free, Math.floor) }
  return new VmError('disk-no-room', { folder, ...told })
}

export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

function isNoRoom(error: unknown): boolean {
  return errorCode(error) === 'ENOSPC' || errorCode(error) === 'EDQUOT'
}

function isInside(path: string, folder: string): boolean {
  const from = relative(folder, path)
  return from === '' || (!from.startsWith('..') && !isAbsolute(from))
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const real = (path: string) => realpath(path).catch(() => undefined)
  const found = await real(one)
  return found !== undefined && found === (await real(other))
}

/** Also a link that leads nowhere. */
async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined
}

/** The disk as a move has to take it. */
export async function toSource(path: string, format: DiskFormat): Promise<SourceDisk> {
  const { size, blocks } = await stat(path)
  return { path, format, bytes: size, allocated: blocks * 512 }
}
