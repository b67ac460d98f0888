import { DatabaseSync } from 'node:sqlite'

/**
 * Holds `file` until disposed, or until this process ends in whatever way: SQLite's lock on a file is the kernel's, so
 * there is no stale one to judge. Returns undefined when another process holds it.
 */
export function takeLock(file: string): Disposable | undefined {
  const database = new DatabaseSync(file, { timeout: 0 })
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy)
      return undefined
    throw error
  }
  return { [Symbol.dispose]: () => database.close() }
}

/** SQLITE_BUSY of https://www.sqlite.org/rescode.html */
const sqliteBusy = 5
