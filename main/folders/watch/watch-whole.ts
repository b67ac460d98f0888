import { type FSWatcher, watch } from 'node:fs'
import { toFsPath } from '../bytes.ts'
import type { HostWatchOptions } from './host-watch.ts'
import { watchRoot } from './watch-root.ts'

/** By what the system itself has for a folder and all below: Mac and Windows, where all names are Unicode. */
export function watchWhole(options: HostWatchOptions): Disposable {
  return watchRoot(options, () => watchBelow(options))
}

function watchBelow({ root, skip, onChange }: HostWatchOptions): Disposable {
  let watcher: FSWatcher | undefined
  const onEvent = (event: string, name: string | null) => {
    // The system lost count, and says no more than that something happened.
    if (name === null) {
      onChange(root, { entries: false })
      return
    }
    const path = `${root}/${name.replaceAll('\\', '/')}`
    if (!skip(path)) onChange(path, { entries: event === 'rename' })
  }
  try {
    const options = { recursive: true, persistent: false, encoding: 'latin1' } as const
    watcher = watch(toFsPath(root).toString(), options, onEvent)
    watcher.on('error', () => watcher?.close())
  } catch {
    // It went meanwhile: there is nothing to watch.
  }
  return { [Symbol.dispose]: () => watcher?.close() }
}
