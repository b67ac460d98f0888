import { readFileSync } from 'node:fs'
import type { HostWatch } from './host-watch.ts'
import { type WatchBudget, watchFolders } from './watch-folders.ts'
import { watchWhole } from './watch-whole.ts'

const limitFile = '/proc/sys/fs/inotify/max_user_watches'
const usualLimit = 8192

/** Linux has nothing that watches what is below a folder; the others have nothing that is better. */
export function createHostWatch(): HostWatch {
  if (process.platform !== 'linux') return watchWhole
  // The other half is left to the user's editors.
  const budget: WatchBudget = { left: Math.floor(readLimit() / 2) }
  return (options) => watchFolders(options, budget)
}

function readLimit(): number {
  try {
    return Number(readFileSync(limitFile, 'utf8')) || usualLimit
  } catch {
    return usualLimit
  }
}
