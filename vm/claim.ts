import type { Context } from './context.ts'
import { lockFolder } from './folder-lock.ts'
import { ensureFolders } from './folders.ts'

/** The machine's folders, and the right to use them that only one app has at a time. */
export interface Claim {
  /**
   * Makes the folders and takes the lock; nothing when it is held already.
   * @throws {VmError} 'disk-in-use', 'folder-not-writable'.
   */
  take(): Promise<void>
  /** Never rejects: a lock file that cannot be removed counts for nothing once this app has ended. */
  giveBack(): Promise<void>
}

export function createClaim({ config, files }: Context): Claim {
  let held: Promise<AsyncDisposable> | undefined
  return {
    async take() {
      await ensureFolders([config.folder, config.socketFolder])
      held ??= lockFolder(files.lock)
      try {
        await held
      } catch (error) {
        held = undefined
        throw error
      }
    },
    async giveBack() {
      const lock = held
      held = undefined
      try {
        await (await lock)?.[Symbol.asyncDispose]()
      } catch (cause) {
        config.log('unlock-failed', { reason: String(cause) })
      }
    },
  }
}
