import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { ComposeSource } from './source.ts'

/** For so long after a change the guest may read a file as it was; see vm/image/rootfs/usr/lib/berth/folders. */
const staleMs = 1200
/** A folder of more is no project's, and its youngest file nothing that Compose reads. */
const mostEntries = 500

/**
 * Waits until the guest is sure to read a project's files as they are now. Nobody pokes it for them: no container has
 * the folder mounted yet.
 */
export async function whenSettled({ directory, files, envFiles }: ComposeSource): Promise<void> {
  const beside = await readdir(directory).catch(() => [])
  const names = beside.length > mostEntries ? [] : beside.map((name) => join(directory, name))
  const changes = await Promise.all([...names, ...files, ...envFiles].map(changedAt))
  const now = Date.now()
  // A time that lies in the future says nothing.
  const last = Math.max(0, ...changes.filter((at) => at <= now))
  if (last + staleMs > now) await delay(last + staleMs - now)
}

/** By the change of the file itself: what is moved here brings its old time along. */
async function changedAt(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined)
  return found?.ctimeMs ?? 0
}
