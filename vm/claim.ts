import type { Context } from './context.ts'
import { removeDeadDrafts } from './drafts.ts'
import { VmError } from './errors.ts'
import { lockFolder } from './folder-lock.ts'
import { ensureFolders } from './folders.ts'

/** The machine's folders, and the right to use them that only one app has at a time. */
export interface Claim {
  /**
   * Makes the folders and takes the lock; nothing when it is held already.
   * @throws {VmError} 'disk-in-use', 'folder-not-writable'.
   */
  take(): Promise<void>
  /**
   * As `take`; but a folder that cannot be written does not keep anything from being stopped.
   * @throws {VmError} 'disk-in-use'.
   */
  takeToStop(): Promise<void>
  /** Never rejects: a lock file that cannot be removed counts for nothing once this app has ended. */
  giveBack(): Promise<void>
}

export function createClaim({ config, files }: Context): Claim {
  let held: Promise<AsyncDisposable> | undefined
  const take = async () => {
    await ensureFolders([config.folder, config.socketFolder])
    held ??= lockFolder(files.lock)
    try {
      await held
      await removeDeadDrafts(config.folder).catch((cause: unknown) => {
        config.log('drafts-kept', { reason: String(cause) })
      })
    } catch (error) {
      held = undefined
      throw error
    }
  }
  return {
    take,
    async takeToStop() {
      try {
        await take()
      } catch (cause) {
        if (cause instanceof VmError && cause.code === 'disk-in-use') throw cause
        config.log('stop-unlocked', { reason: String(cause) })
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
