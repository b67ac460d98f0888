import { type FSWatcher, lstatSync, watch } from 'node:fs'
import { posix } from 'node:path'
import { toFsPath } from '../bytes.ts'
import type { HostWatchOptions } from './host-watch.ts'

/** By what the system itself has for a folder and all below: Mac and Windows, where all names are Unicode. */
export function watchWhole({ root, skip, onChange }: HostWatchOptions): Disposable {
  const only = isFolder(root) ? undefined : posix.basename(root)
  const folder = only === undefined ? root : posix.dirname(root)
  let watcher: FSWatcher | undefined
  const onEvent = (event: string, name: string | null) => {
    // The system lost count, and says no more than that something happened.
    if (name === null) {
      onChange(root, { entries: false })
      return
    }
    const at = name.replaceAll('\\', '/')
    if (only !== undefined && at !== only) return
    const path = `${folder}/${at}`
    if (!skip(path)) onChange(path, { entries: event === 'rename' })
  }
  try {
    const options = {
      recursive: only === undefined,
      persistent: false,
      encoding: 'latin1',
    } as const
    watcher = watch(toFsPath(folder).toString(), options, onEvent)
    watcher.on('error', () => watcher?.close())
  } catch {
    // It went meanwhile: there is nothing to watch.
  }
  return { [Symbol.dispose]: () => watcher?.close() }
}

function isFolder(path: string): boolean {
  try {
    return lstatSync(toFsPath(path)).isDirectory()
  } catch {
    return false
  }
}
