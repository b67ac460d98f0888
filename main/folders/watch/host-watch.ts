import type { ByteName } from '../bytes.ts'

export interface HostWatchOptions {
  /** A folder with all that is below it, or a single file. */
  root: ByteName
  /** What is not looked at, with all that is below it. */
  skip: (path: ByteName) => boolean
  /** Something happened to what is, or was, at this path. `entries`: the folder around it gained or lost an entry. */
  onChange: (path: ByteName, news: { entries: boolean }) => void
  /** No more can be watched than `watched` folders: called once. */
  onLimit: (watched: number) => void
}

/** Watches a part of this computer's disk until it is disposed. */
export type HostWatch = (options: HostWatchOptions) => Disposable
