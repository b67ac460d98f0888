import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Drafts live for moments; whoever writes one of this age was ended. */
const deadMs = 60_000

/** As `replaceDurably` names them, and `lockFolder`. */
const draft = /\.[0-9a-f]{8}\.tmp$|^lock\.json\.[0-9a-f]{16}$/

/** Removes what writes that were cut short have left in the machine's folder. */
export async function removeDeadDrafts(folder: string): Promise<void> {
  for (const name of (await readdir(folder)).filter((one) => draft.test(one))) {
    const path = join(folder, name)
    const found = await stat(path).catch(() => undefined)
    if (found?.isFile() && Date.now() - found.mtimeMs > deadMs) await rm(path, { force: true })
  }
}
