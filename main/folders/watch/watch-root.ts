import { posix } from 'node:path'
import type { HostWatchOptions } from './host-watch.ts'
import { isFolder, watchOne } from './watch-one.ts'

/**
 * Watches a file or a folder that may be removed and made again, as builds do with what they write: a watch stays with
 * what it was set on, so the folder around it tells of the next one.
 * @param enter watches all that is in a folder; `isNew` when it took the place of another one, so that all in it is news.
 */
export function watchRoot(
  { root, onChange }: HostWatchOptions,
  enter: (isNew: boolean) => Disposable | undefined,
): Disposable {
  const name = posix.basename(root)
  let inside = isFolder(root) ? enter(false) : undefined
  const around = watchOne(posix.dirname(root), (event, found) => {
    if (found !== name) return
    const entries = event === 'rename'
    if (entries) {
      inside?.[Symbol.dispose]()
      inside = isFolder(root) ? enter(true) : undefined
    }
    if (entries || !inside) onChange(root, { entries })
  })
  return {
    [Symbol.dispose]() {
      around?.close()
      inside?.[Symbol.dispose]()
    },
  }
}
