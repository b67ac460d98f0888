import { access, constants, lstat, mkdir } from 'node:fs/promises'
import { AppError } from '#api'
import type { Paths } from './paths.ts'

/** Makes Berth's own folders, for this user alone. @throws {AppError} `home-not-writable` */
export async function makeHome(paths: Paths): Promise<void> {
  try {
    for (const folder of [paths.home, paths.machine, paths.logs]) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await access(folder, constants.W_OK | constants.X_OK)
    }
  } catch (cause) {
    throw new AppError('home-not-writable', { folder: paths.home }, { cause })
  }
}

/**
 * The first of `candidates` that is, or can be made, a folder of mode 0700 of our own. Somebody else's folder of that
 * name, and a link, are passed over: on a shared /tmp the name alone proves nothing.
 * @throws {AppError} `folder-not-writable` when none can be had
 */
export async function makeSocketFolder(candidates: readonly string[]): Promise<string> {
  for (const folder of candidates) {
    if (await isPrivate(folder)) return folder
  }
  throw new AppError('folder-not-writable', { folder: candidates[0] ?? '' })
}

async function isPrivate(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    if (process.platform === 'win32') return true
    const found = await lstat(folder)
    return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0
  } catch {
    return false
  }
}
