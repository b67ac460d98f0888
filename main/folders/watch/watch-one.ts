import { type FSWatcher, lstatSync, watch } from 'node:fs'
import { type ByteName, toFsPath } from '../bytes.ts'
import { errnoOf } from '../host-error.ts'

export type OnEvent = (event: string, name: ByteName | null) => void

/**
 * Watches the entries of one folder, or one file.
 * @param onFull is called when the system has no more watches.
 * @returns undefined when nothing can be told of it: it went meanwhile, or is closed to us.
 */
export function watchOne(
  path: ByteName,
  onEvent: OnEvent,
  onFull?: () => void,
): FSWatcher | undefined {
  try {
    const options = { persistent: false, encoding: 'latin1' } as const
    const watcher = watch(toFsPath(path), options, onEvent)
    watcher.on('error', () => watcher.close())
    return watcher
  } catch (error) {
    const code = errnoOf(error) ?? ''
    if (code === 'ENOSPC' || code === 'EMFILE') onFull?.()
    return undefined
  }
}

/** Whether it is a folder itself, and no link to one. */
export function isFolder(path: ByteName): boolean {
  try {
    return lstatSync(toFsPath(path)).isDirectory()
  } catch {
    return false
  }
}
