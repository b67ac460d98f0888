import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { asideFolder, guestMeant, guestOwned } from './guest-paths.ts'

/** A host folder that containers may use. */
export interface SharedFolder {
  /** As it was named by the user or the system. */
  path: string
  /** Where it really is, once links are followed; the same as `path` when it is not given. */
  realPath?: string | undefined
  readOnly: boolean
}

export type GuestPlace =
  { kind: 'guest' | 'shared'; path: string; readOnly: boolean } | { kind: 'not-shared' }

/** Which path of the host is which path of the guest. */
export interface FolderMap {
  /** What a bind of `hostPath` is in the guest. `guest`: the guest's own is meant. */
  toGuest(hostPath: string): GuestPlace
  /** The host's name for a path of the guest; the path itself when it is in no shared folder. */
  toHost(guestPath: string): string
}

/** A folder as it is mounted: `path` is its name on the wire, too. */
export interface FolderMount {
  share: SharedFolder
  guestPath: string
}

interface Root {
  /** With slashes and without one at its end; on Windows `/c/Users/me`. */
  path: string
  guestPath: string
  share: SharedFolder
}

/** Computes only: nothing is looked up. A folder inside another shared one has no mount of its own. */
export function createFolderMap(
  shares: readonly SharedFolder[],
  platform: NodeJS.Platform = process.platform,
): FolderMap & { mounts: FolderMount[] } {
  const fold = foldCase(platform)
  const roots = shares
    .map((share) => ({ share, path: toPlain(share.path, platform) }))
    .sort((a, b) => a.path.length - b.path.length)
  const placed: Root[] = []
  const mounts: FolderMount[] = []
  for (const { share, path } of roots) {
    const outer = nearest(placed, (root) => below(fold(path), fold(root.path)))
    const guestPath = outer
      ? outer.guestPath + path.slice(outer.path.length)
      : isGuestOwned(path)
        ? asidePath(path)
        : path
    if (!outer) mounts.push({ share, guestPath })
    placed.push({ path, guestPath, share })
    const real = share.realPath === undefined ? path : toPlain(share.realPath, platform)
    if (real !== path) placed.push({ path: real, guestPath, share })
  }
  return {
    mounts,
    toGuest(hostPath) {
      const path = toPlain(hostPath, platform)
      const root = nearest(placed, (one) => below(fold(path), fold(one.path)))
      const meant = guestMeant.filter((own) => below(path, own)).sort(byLength)[0]
      if (path === '/' || (meant !== undefined && meant.length > (root?.path.length ?? 0))) {
        return { kind: 'guest', path, readOnly: false }
      }
      if (!root) return { kind: 'not-shared' }
      const rest = path.slice(root.path.length)
      return { kind: 'shared', path: root.guestPath + rest, readOnly: root.share.readOnly }
    },
    toHost(guestPath) {
      const path = stripEnd(posix.normalize(guestPath))
      const found = mounts.find((mount) => below(path, mount.guestPath))
      if (!found) return guestPath
      return toNative(found.share.path, path.slice(found.guestPath.length), platform)
    },
  }
}

/** The name of a host path that has only slashes: it is what the guest and the wire use. */
export function toPlain(hostPath: string, platform: NodeJS.Platform): string {
  if (platform !== 'win32') return stripEnd(posix.normalize(hostPath))
  const slashed = hostPath.replaceAll('\\', '/').replace(/^\/\/[?.]\//, '')
  const drive = /^\/{0,2}([A-Za-z])(?::|(?=\/|$))/.exec(slashed)
  if (!drive) return stripEnd(posix.normalize(slashed))
  const rest = slashed.slice(drive[0].length)
  return stripEnd(posix.normalize(`/${String(drive[1]).toLowerCase()}/${rest}`))
}

function toNative(sharePath: string, rest: string, platform: NodeJS.Platform): string {
  if (platform !== 'win32') return stripEnd(sharePath) + rest
  return (
    stripEnd(sharePath.replaceAll('\\', '/')).replaceAll('/', '\\') + rest.replaceAll('/', '\\')
  )
}

/** It must stay the same whatever else is shared: containers that are kept name it. */
function asidePath(path: string): string {
  const tag = createHash('sha256').update(path).digest('hex').slice(0, 8)
  return `${asideFolder}/${tag}`
}

function isGuestOwned(path: string): boolean {
  return path === '/' || guestOwned.some((own) => below(path, own))
}

function below(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`)
}

function nearest(roots: readonly Root[], fits: (root: Root) => boolean): Root | undefined {
  return roots.filter(fits).sort((a, b) => b.path.length - a.path.length)[0]
}

function byLength(a: string, b: string): number {
  return b.length - a.length
}

/** Mac and Windows tell no difference between cases, and keep them. */
function foldCase(platform: NodeJS.Platform): (path: string) => string {
  const folds = platform === 'darwin' || platform === 'win32'
  return folds ? (path) => path.normalize('NFC').toLowerCase() : (path) => path
}

function stripEnd(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}
