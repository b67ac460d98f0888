import { open, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { errorCode, replaceDurably, syncFolder } from '../durable-file.ts'
import { toFolderError } from '../folders.ts'
import { VmError } from '../errors.ts'
import type { DiskFormat } from '../files.ts'
import { hasSoundHeader, qcow2Magic } from './qcow2-header.ts'
import { isLockRefusal, lastLine, qemuImg } from './qemu-img.ts'

const gibibyte = 1024 ** 3
const mebibyte = 1024 ** 2

/** Host space below which a start is refused: a new disk soon holds the engine's data, an old one needs room for logs. */
const neededMiB = { new: 1024, old: 128 }

export interface Disk {
  path: string
  format: DiskFormat
  diskGiB: number
}

/**
 * Makes the data disk, or grows it; it is never made smaller and never formatted here. Sparse: `diskGiB` is what
 * the guest sees, not what the host's disk has to hold.
 * @param record says that there is a disk already: then none is made.
 * @throws {VmError} as `inspectDisk` does, and 'disk-full', 'disk-shrink', 'folder-not-writable'
 */
export async function prepareDisk(disk: Disk, record?: string): Promise<void> {
  const existing = await inspectDisk(disk, record)
  await assertRoom(disk.path, existing === undefined ? neededMiB.new : neededMiB.old)
  const wanted = Math.round(disk.diskGiB * gibibyte)
  if (existing !== undefined && existing > wanted) {
    const haveGiB = Math.ceil(existing / gibibyte)
    throw new VmError('disk-shrink', { path: disk.path, haveGiB, wantedGiB: disk.diskGiB })
  }
  if (existing === wanted) return
  try {
    await (disk.format === 'raw' ? growRaw(disk.path, wanted) : growQcow2(disk, existing, wanted))
  } catch (error) {
    throw toFolderError(error, dirname(disk.path))
  }
}

/**
 * Looks whether it is a disk, as far as its format tells.
 * @param record says that there is one.
 * @returns its size in bytes as the guest sees it; undefined when there is none yet.
 * @throws {VmError} 'disk-missing', 'disk-damaged', 'disk-in-use', 'folder-not-writable', 'qemu-failed' when it cannot
 * be looked at for another reason.
 */
export async function inspectDisk(
  { path, format }: Pick<Disk, 'path' | 'format'>,
  record?: string,
): Promise<number | undefined> {
  const bytes = await sizeOf({ path, format })
  if (record === undefined) return bytes
  if (bytes === undefined) throw new VmError('disk-missing', { path, record })
  if (bytes === 0) throw new VmError('disk-damaged', { path, reason: 'it is empty' })
  return bytes
}

/** How large the guest sees it; undefined when there is none yet. */
export async function diskSizeGiB(path: string): Promise<number | undefined> {
  const file = await open(path, 'r').catch(() => undefined)
  if (!file) return undefined
  try {
    const { buffer } = await file.read(Buffer.alloc(32), 0, 32, 0)
    if (buffer.toString('hex', 0, 4) === qcow2Magic)
      return Number(buffer.readBigUInt64BE(24)) / gibibyte
    return (await file.stat()).size / gibibyte
  } finally {
    await file.close()
  }
}

/** Free space for this user where `path` is or will be, in MiB. */
export async function freeMiB(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(dirname(path))
  return Math.floor((bavail * bsize) / mebibyte)
}

async function assertRoom(path: string, needed: number): Promise<void> {
  const free = await freeMiB(path)
  if (free < needed) {
    throw new VmError('disk-full', { folder: dirname(path), freeMiB: free, neededMiB: needed })
  }
}

async function growRaw(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'a', 0o600)
  try {
    await file.truncate(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await syncFolder(dirname(path))
}

async function growQcow2(
  { path }: Disk,
  existing: number | undefined,
  bytes: number,
): Promise<void> {
  const size = String(bytes)
  if (existing !== undefined) await qemuImg(['resize', '-q', '-f', 'qcow2', path, size])
  // Cut short under its own name, it could not be told from a damaged one.
  else await replaceDurably(path, (one) => qemuImg(['create', '-q', '-f', 'qcow2', one, size]))
}

async function sizeOf({
  path,
  format,
}: Pick<Disk, 'path' | 'format'>): Promise<number | undefined> {
  const found = await stat(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined
    throw toFolderError(error, dirname(path))
  })
  if (!found) return undefined
  if (!found.isFile()) throw new VmError('disk-damaged', { path, reason: 'it is not a file' })
  return format === 'raw' ? found.size : checkQcow2(path)
}

/** Leaked clusters (3) only waste space; damage (2) is reported and left as it is; anything else is no check at all. */
async function checkQcow2(path: string): Promise<number> {
  try {
    await qemuImg(['check', '-q', '-f', 'qcow2', path])
  } catch (cause) {
    const code: unknown = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 2) throw toDamaged(path, cause)
    if (code !== 3) throw await whyUnchecked(path, cause)
  }
  try {
    const { stdout } = await qemuImg(['info', '--output=json', '-f', 'qcow2', path])
    return z.object({ 'virtual-size': z.number() }).parse(JSON.parse(stdout))['virtual-size']
  } catch (cause) {
    throw await whyUnchecked(path, cause)
  }
}

/** Why qemu-img could not look at the disk. Its words may be in the user's language, so the file itself is asked. */
async function whyUnchecked(path: string, cause: unknown): Promise<unknown> {
  if (cause instanceof VmError) return cause
  const inUse = new VmError('disk-in-use', { path }, { cause })
  if (isLockRefusal(cause)) return inUse
  try {
    if (!(await hasSoundHeader(path))) return toDamaged(path, cause)
  } catch (error) {
    return errorCode(error) === 'EBUSY' ? inUse : toFolderError(error, dirname(path))
  }
  return new VmError('qemu-failed', { program: 'qemu-img', reason: lastLine(cause) }, { cause })
}

function toDamaged(path: string, cause: unknown): VmError {
  return new VmError('disk-damaged', { path, reason: lastLine(cause) }, { cause })
}
