import { randomBytes } from 'node:crypto'
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { AppError } from '#api'

/** More than we ever write into one. */
const longestBytes = 16 * 1024 ** 2

/**
 * The text of a file of ours.
 * @throws also for what is no ordinary file: a device that a link leads to may never end.
 */
export async function readWhole(file: string): Promise<string> {
  const found = await stat(file)
  if (!found.isFile() || found.size > longestBytes) throw new Error(`${file} is no file of ours`)
  return readFile(file, 'utf8')
}

/** The old file or the new one, never half of one: a new file, on the disk before it takes the name. */
export async function writeWhole(file: string, text: string): Promise<void> {
  // A name that nobody else has, and nothing that is there already: neither its mode nor a link counts.
  const part = `${file}.${randomBytes(4).toString('hex')}.new`
  try {
    const handle = await open(part, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(part, file)
  } catch (cause) {
    await rm(part, { force: true })
    throw notWritable(file, cause)
  }
}

function notWritable(file: string, cause: unknown): AppError {
  const full = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC'
  const folder = dirname(file)
  return full
    ? new AppError('disk-full', { folder, neededMiB: 1 }, { cause })
    : new AppError('home-not-writable', { folder }, { cause })
}

/** Moves a file that cannot be read out of the way; returns the name under which it was kept. */
export async function setAside(file: string): Promise<string> {
  const kept = `${file}.bad-${new Date().toISOString().replaceAll(':', '-')}`
  try {
    await rename(file, kept)
    return basename(kept)
  } catch {
    return basename(file)
  }
}
