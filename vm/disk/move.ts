import { randomBytes } from 'node:crypto'
import { link, realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Context } from '../context.ts'
import { errorCode, syncFolder } from '../durable-file.ts'
import { VmError } from '../errors.ts'
import { diskFormat } from '../files.ts'
import { toFolderError } from '../folders.ts'
import type { MoveProgress } from './data-disk.ts'
import { inspectDisk } from '../qemu/disk.ts'
import { isLockRefusal, lastLine } from '../qemu/qemu-img.ts'
import { findInstance, readRuntime } from '../qemu/runtime.ts'
import { compareDisks, copyDisk, CopyFailure } from './copy.ts'
import { markLeftover } from './leftover.ts'
import { readPlace, writePlace } from './place.ts'
import { readyDisk, settleMove } from './ready.ts'
import {
  dropTarget,
  freeBytes,
  type MoveTarget,
  openTarget,
  type SourceDisk,
  toNoRoom,
  toSource,
} from './target.ts'

const format = diskFormat(process.platform)

export interface MoveOptions {
  /** Is heard until the move is decided. */
  signal: AbortSignal
  onProgress: (progress: MoveProgress) => void
}

/**
 * Whether the disk can be moved there, as it is now; the machine may run.
 * @throws {VmError} as `openTarget` does, and 'disk-missing'
 */
export async function checkMove({ config, files }: Context, folder: string): Promise<void> {
  const place = await readPlace(files)
  const path = place?.path ?? files.disk
  const source = await toSource(path, format).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw toFolderError(error, dirname(path))
    if (place) throw new VmError('disk-missing', { path, record: files.diskPlace })
    return noDisk(path)
  })
  await dropTarget(await openTarget(source, folder, config.socketFolder))
}

/**
 * Moves the data disk into `folder`. To be called under the machine's lock. The copy gets a name of its own and is
 * compared with the original; one rename of one small file (see place.ts) then decides, and the old disk goes after
 * that. Whatever ends this in between, `settleMove` undoes or completes it, at the latest when the machine starts next.
 * @throws {VmError} as `openTarget` and `inspectDisk` do; 'disk-copy-differs', 'disk-move-failed', 'disk-in-use'
 */
export async function moveDisk(
  context: Context,
  folder: string,
  options: MoveOptions,
): Promise<void> {
  const { config, files } = context
  const { signal, onProgress } = options
  const runtime = await readRuntime(files.runtime)
  const place = await settleMove(context)
  const path = place?.path ?? files.disk
  if (runtime && (await findInstance(runtime))) throw new VmError('disk-in-use', { path })
  if (place) await inspectDisk({ path, format }, files.diskPlace)
  else await readyDisk(context)
  const source = await toSource(path, format)
  const target = await openTarget(source, folder, config.socketFolder)
  const draft = `${target.path}.${randomBytes(4).toString('hex')}.moving`
  try {
    signal.throwIfAborted()
    const left = place?.left ?? []
    await writePlace(files, { path, draft, left })
    await bringOver(source, draft, options)
    signal.throwIfAborted()
    onProgress({ step: 'switch' })
    await writePlace(files, { path: target.path, draft, old: await markLeftover(path), left })
  } catch (error) {
    // The record itself tells whether the failure came before the decision.
    const settled = await settleMove(context)
    if (settled?.path !== target.path) {
      await dropTarget(target)
      signal.throwIfAborted()
      throw await toMoveError(error, source, target)
    }
  }
  onProgress({ step: 'finish' })
  await settleMove(context)
}

/** On the same file system, a second name is enough. */
async function bringOver(
  source: SourceDisk,
  draft: string,
  { signal, onProgress }: MoveOptions,
): Promise<void> {
  if (await isLinked(source.path, draft)) return
  const report = (step: 'copy' | 'verify') => (bytes: number) => {
    onProgress({ step, bytes, total: source.allocated })
  }
  report('copy')(0)
  await copyDisk(source, draft, { signal, onBytes: report('copy') })
  report('verify')(0)
  await compareDisks(source, draft, { signal, onBytes: report('verify') })
}

async function isLinked(path: string, draft: string): Promise<boolean> {
  try {
    // The file itself, where the disk is a link to another place: Linux would name the link anew.
    await link(await realpath(path), draft)
  } catch {
    return false
  }
  await syncFolder(dirname(draft))
  return true
}

/** What is in the way is looked at, since what programs say of it differs. */
async function toMoveError(
  error: unknown,
  { path, allocated }: SourceDisk,
  { folder }: MoveTarget,
): Promise<unknown> {
  if (error instanceof VmError) return error
  if (isLockRefusal(error)) return new VmError('disk-in-use', { path }, { cause: error })
  const isKnown = error instanceof CopyFailure || errorCode(error) !== undefined
  if (!isKnown) return error
  const reason = lastLine(error)
  if (/ENOSPC|EDQUOT|No space left|quota/i.test(reason) || (await isFull(folder)))
    return toNoRoom(folder, allocated)
  return new VmError('disk-move-failed', { folder, reason }, { cause: error })
}

async function isFull(folder: string): Promise<boolean> {
  return (await freeBytes(folder).catch(() => Infinity)) < 1024 ** 2
}

/** Nothing is there yet: it is made there. */
function noDisk(path: string): SourceDisk {
  return { path, format, bytes: 0, allocated: 0 }
}
