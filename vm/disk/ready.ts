import { link, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { Context } from '../context.ts'
import { errorCode, syncFolder } from '../durable-file.ts'
import { VmError } from '../errors.ts'
import { diskFormat } from '../files.ts'
import { prepareDisk } from '../qemu/disk.ts'
import { findProcesses, readProcess } from '../qemu/process-table.ts'
import { pause } from '../waiting.ts'
import { removeLeftovers } from './leftover.ts'
import { type DiskPlace, readPlace, writePlace } from './place.ts'

/** Between looks at a process that is no child of this one. */
const lookMs = 50
const endMs = 5000

/**
 * The data disk for a start: what a move has left is put in order, and the disk is made only where there was none yet.
 * To be called under the machine's lock, while none runs.
 * @throws {VmError} 'disk-missing', and what `prepareDisk` throws.
 */
export async function readyDisk(context: Context): Promise<void> {
  const { config, files } = context
  const place = await settleMove(context)
  const path = place?.path ?? files.disk
  const format = diskFormat(process.platform)
  await prepareDisk({ path, format, diskGiB: config.diskGiB }, place && files.diskPlace)
  if (!place) await writePlace(files, { path })
}

/**
 * Ends a move that was cut short: it is undone before it was decided, and completed after. What cannot be removed just
 * now stays in the record, also over later moves, until it can or is another file.
 * @returns where the disk lies; undefined when none was made yet.
 * @throws {VmError} 'disk-missing' when a move is decided and its disk is not there.
 */
export async function settleMove({ config, files }: Context): Promise<DiskPlace | undefined> {
  const place = await readPlace(files)
  if (!place?.draft && !place?.left) return place
  const { path, draft, old, left: before = [] } = place
  if (draft) await endCopying(draft)
  if (draft && old) {
    await giveName(draft, path, files.diskPlace)
    config.log('disk-moved', { path, old: old.path })
  }
  const behind = draft ? [...before, old ?? { path: draft }] : before
  const left = await removeLeftovers(behind, path, config)
  const settled = { path, ...(left.length > 0 && { left }) }
  if (draft || left.length < before.length) await writePlace(files, settled)
  return settled
}

/** Never over a file that has come to lie there meanwhile. */
async function giveName(draft: string, path: string, record: string): Promise<void> {
  if (!(await exists(draft))) {
    if (await exists(path)) return
    throw new VmError('disk-missing', { path, record })
  }
  try {
    await link(draft, path)
    await rm(draft)
  } catch (error) {
    if (errorCode(error) === 'EEXIST' && (await isSame(draft, path))) await rm(draft)
    else if (await exists(path)) throw new VmError('disk-name-taken', { path, draft })
    // A file system without hard links.
    else await rename(draft, path)
  }
  await syncFolder(dirname(path))
}

/** A copy that outlived its app would go on writing, and keep the disk from being opened. */
async function endCopying(draft: string): Promise<void> {
  const { signal } = new AbortController()
  for (const pid of await findProcesses(basename(draft))) {
    const isCopying = async () => {
      const command = (await readProcess(pid))?.command
      return command?.includes('qemu-img') === true && command.includes(basename(draft))
    }
    if (!(await isCopying())) continue
    endProcess(pid)
    for (const until = Date.now() + endMs; Date.now() < until && (await isCopying());)
      await pause(lookMs, signal)
  }
}

/** It may have ended by itself a moment ago. */
function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error
  }
}

async function isSame(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(one, { bigint: true }), stat(other, { bigint: true })])
  return a.dev === b.dev && a.ino === b.ino
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}
