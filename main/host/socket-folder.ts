import { lstat, mkdir, readFile, writeFile } from 'node:fs/promises'
import { AppError } from '#api'
import type { Paths } from './paths.ts'

/**
 * The folder of this home's sockets, made if need be: the one that was used last, so that a running machine and the
 * clients' settings go on, else the first candidate that is, or can be made, a folder of mode 0700 of our own.
 * Somebody else's folder of that name, and a link, are passed over: on a shared /tmp the name alone proves nothing.
 * @throws {AppError} `folder-not-writable` when none can be had
 */
export async function makeSocketFolder(paths: Paths): Promise<string> {
  for (const folder of await candidates(paths)) {
    if (!(await canBeMade(folder)) || !(await isPrivate(folder))) continue
    await writeFile(paths.socketRecord, folder, { mode: 0o600 })
    return folder
  }
  throw new AppError('folder-not-writable', { folder: paths.socketFolders[0] ?? '' })
}

/** The folders in which an app of this home may listen, best first; none that others could have put there. */
export async function findSocketFolders(paths: Paths): Promise<string[]> {
  const found: string[] = []
  for (const folder of await candidates(paths)) if (await isPrivate(folder)) found.push(folder)
  return found
}

async function candidates({ socketRecord, socketFolders }: Paths): Promise<string[]> {
  const recorded = await readFile(socketRecord, 'utf8').catch(() => '')
  return recorded === '' ? socketFolders : [recorded, ...socketFolders]
}

async function canBeMade(folder: string): Promise<boolean> {
  return mkdir(folder, { recursive: true, mode: 0o700 }).then(
    () => true,
    () => false,
  )
}

async function isPrivate(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined)
  if (!found?.isDirectory()) return false
  if (process.platform === 'win32') return true
  return found.uid === process.getuid?.() && (found.mode & 0o077) === 0
}
