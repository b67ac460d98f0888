import { mkdir, mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBoard } from '../../vm/board.ts'
import type { Context } from '../../vm/context.ts'
import { machineFiles } from '../../vm/files.ts'
import { machineConfig } from './machine.ts'

const gibibyte = 1024 ** 3
const bytes = 20 * gibibyte

/** What is written on the disk, and where: at its head, its end and between holes. */
const marks = [0, 7 * gibibyte + 12_288, bytes - 4096].map((at) => ({
  at,
  text: `written at ${at}`,
}))

/** A machine's folders without a machine. */
export async function diskContext(home: string): Promise<Context> {
  const { config } = await machineConfig({ imageFolder: home }, home)
  await mkdir(config.folder, { recursive: true })
  return {
    config,
    files: machineFiles(config.folder, config.socketFolder),
    board: createBoard(),
  }
}

/** A disk of 20 GiB that is nearly all holes, with `more` bytes of something in it. */
export async function writeDisk(path: string, more = 0): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.truncate(bytes)
    for (const { at, text } of marks) await file.write(text, at)
    for (let at = gibibyte; at < gibibyte + more; at += 1024 ** 2)
      await file.write(Buffer.alloc(1024 ** 2, String(at)), 0, 1024 ** 2, at)
  } finally {
    await file.close()
  }
}

/** What was written is there, and the holes are holes. */
export async function isWholeDisk(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => undefined)
  if (!file) return false
  try {
    const { size, blocks } = await file.stat()
    for (const { at, text } of marks) {
      const { buffer } = await file.read(Buffer.alloc(text.length), 0, text.length, at)
      if (buffer.toString() !== text) return false
    }
    return size === bytes && blocks * 512 < gibibyte
  } finally {
    await file.close()
  }
}

/** A folder on another file system than the temporary one; undefined where this computer has none to write to. */
export async function otherFileSystem(): Promise<string | undefined> {
  const shared = '/dev/shm'
  const [one, other] = await Promise.all([stat(tmpdir()), stat(shared).catch(() => undefined)])
  if (!other || one.dev === other.dev) return undefined
  return mkdtemp(join(shared, 'berth-disk-')).catch(() => undefined)
}

export async function removeFolder(folder: string | undefined): Promise<void> {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
}
