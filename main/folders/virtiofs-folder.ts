import { createHash } from 'node:crypto'
import type { VirtiofsFolder } from '#vm'
import type { FolderMount, SharedFolder } from './folder-map.ts'

/**
 * The mount as a device of the machine; undefined when only our own server can share it as it is to be: when it is not
 * there, lies in Berth's own folder, or has a file in it that is nobody's, or another shared folder that may be used
 * otherwise or lies elsewhere.
 */
export function toVirtiofsFolder(
  { share }: FolderMount,
  shares: readonly SharedFolder[],
  { folder: privateFolder, files }: { folder: string; files: ReadonlySet<string> },
): VirtiofsFolder | undefined {
  const path = share.realPath
  if (path === undefined || !isPlace(path) || isBelow(path, privateFolder)) return undefined
  // A device can leave out folders only.
  if ([...files].some((file) => isBelow(file, path) && !isBelow(file, privateFolder)))
    return undefined
  const { readOnly } = share
  const alike = shares.every((one) => {
    const isNamedIn = isBelow(one.path, share.path)
    if (!isNamedIn && !isBelow(one.realPath ?? one.path, path)) return true
    const isInPlace = !isNamedIn || one.realPath === path + one.path.slice(share.path.length)
    return isInPlace && one.readOnly === readOnly
  })
  if (!alike) return undefined
  const hidden = isBelow(privateFolder, path) ? [privateFolder] : []
  const what = JSON.stringify([path, readOnly, hidden])
  const tag = `fs-${createHash('sha256').update(what).digest('hex').slice(0, 12)}`
  return { tag, path, readOnly, hidden }
}

function isPlace(path: string): boolean {
  return path.startsWith('/') && path !== '/'
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}
