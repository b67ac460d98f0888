import { posix } from 'node:path'
import type { ByteName } from './bytes.ts'
import { HostError } from './host-error.ts'

/** A folder as it is served: what lies at `wire` for the client is at `host`, in its real form, on this computer. */
export interface ServedFolder {
  wire: ByteName
  host: ByteName
  readOnly: boolean
}

export interface ServedFoldersOptions {
  /** Asked for each path anew, so that a change of what is shared counts at once. */
  folders(): readonly ServedFolder[]
  /** What nobody is let into, wherever it lies in a shared folder. */
  hidden: readonly ByteName[]
  /** The form in which all names that the system takes for one are one. */
  fold(path: ByteName): string
}

/** Where a client's path leads, and what may be done there. All throw errors with an errno's name as `code`. */
export class ServedFolders {
  readonly #options: ServedFoldersOptions

  constructor(options: ServedFoldersOptions) {
    this.#options = options
  }

  /** The path on this computer. */
  find(path: ByteName): ByteName {
    const at = normal(path)
    const found = nearest(this.#options.folders(), ({ wire }) => isBelow(at, wire), 'wire')
    if (!found) throw new HostError('ENOENT', 'in no shared folder')
    const host = found.host + at.slice(found.wire.length)
    if (this.#options.hidden.some((own) => this.#isBelow(host, own)))
      throw new HostError('EACCES', 'not for containers')
    return host
  }

  /** Asked by where it lies: a folder that is shared by another name may be in one that is shared otherwise. */
  mayWrite(path: ByteName): void {
    const at = this.find(path)
    const around = nearest(this.#options.folders(), ({ host }) => this.#isBelow(at, host), 'host')
    if (around?.readOnly) throw new HostError('EROFS', 'shared for reading only')
  }

  /** A shared folder itself is not to be renamed or removed. */
  mayReplace(path: ByteName): void {
    const at = this.#options.fold(this.find(path))
    if (this.#options.folders().some(({ host }) => this.#options.fold(host) === at))
      throw new HostError('EACCES', 'a shared folder itself')
  }

  /**
   * Elsewhere, what is in it would be open to all, or to be written; and in the place of a link that a shared folder is
   * named by, another one would lead that folder to wherever its maker likes.
   */
  mayMove(path: ByteName): void {
    const at = this.find(path)
    const name = normal(path)
    if (this.#options.folders().some(({ wire }) => isBelow(wire, name)))
      throw new HostError('EACCES', 'a shared folder is named by it')
    const kept = [...this.#options.hidden, ...this.#options.folders().map(({ host }) => host)]
    if (kept.some((own) => this.#isBelow(own, at) && !this.#isBelow(at, own)))
      throw new HostError('EACCES', 'not for containers')
  }

  #isBelow(path: ByteName, folder: ByteName): boolean {
    return isBelow(this.#options.fold(path), this.#options.fold(folder))
  }
}

/** Without what names no place of its own, and without a slash at its end. */
export function normal(path: ByteName): ByteName {
  const at = posix.normalize(path)
  return at.length > 1 && at.endsWith('/') ? at.slice(0, -1) : at
}

function nearest(
  folders: readonly ServedFolder[],
  fits: (folder: ServedFolder) => boolean,
  by: 'wire' | 'host',
): ServedFolder | undefined {
  let found: ServedFolder | undefined
  for (const folder of folders)
    if (fits(folder) && folder[by].length > (found?.[by].length ?? -1)) found = folder
  return found
}

function isBelow(path: ByteName, folder: ByteName): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}
