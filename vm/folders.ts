import { chmod, mkdir } from 'node:fs/promises'
import { errorCode } from './durable-file.ts'
import { VmError } from './errors.ts'

/**
 * Makes the machine's folders, for this user only.
 * @throws {VmError} 'folder-not-writable'.
 */
export async function ensureFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await chmod(folder, 0o700)
    } catch (cause) {
      throw toFolderError(cause, folder)
    }
  }
}

/** A failed write in `folder`, in words for its user; anything else comes back as it is. */
export function toFolderError(cause: unknown, folder: string): unknown {
  if (cause instanceof VmError) return cause
  const reason = errorCode(cause)
  if (reason === undefined) return cause
  if (reason === 'ENOSPC' || reason === 'EDQUOT') {
    return new VmError('disk-full', { folder, freeMiB: 0, neededMiB: 128 }, { cause })
  }
  const writing = [
    'EACCES',
    'EPERM',
    'EROFS',
    'ENOTDIR',
    'EEXIST',
    'ELOOP',
    'ENAMETOOLONG',
    'ENOENT',
  ]
  if (!writing.includes(reason)) return cause
  return new VmError('folder-not-writable', { folder, reason }, { cause })
}
