import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm } from 'node:fs/promises'
import { z } from 'zod'
import { errorCode, writeDurably } from './durable-file.ts'
import { VmError } from './errors.ts'
import { readProcess } from './qemu/process-table.ts'

const owner = z.object({ pid: z.int().positive(), startTime: z.string(), token: z.string() })

/**
 * Takes the machine's folder for this process, so that two apps cannot start it at once. A lock whose owner is dead
 * counts for nothing. Disposing gives it back.
 * @throws {VmError} 'disk-in-use' with the owner's pid.
 */
export async function lockFolder(path: string): Promise<AsyncDisposable> {
  const startTime = (await readProcess(process.pid))?.startTime ?? ''
  const token = randomBytes(8).toString('hex')
  const draft = `${path}.${token}`
  await writeDurably(draft, JSON.stringify({ pid: process.pid, startTime, token }))
  try {
    for (;;) {
      // A link is made only if nothing lies there, which a write cannot promise.
      const made = await link(draft, path).then(
        () => true,
        (error: unknown) => {
          if (errorCode(error) === 'EEXIST') return false
          throw error
        },
      )
      if (made) break
      await removeDead(path, token)
    }
  } finally {
    await rm(draft, { force: true })
  }
  return {
    async [Symbol.asyncDispose]() {
      if ((await readOwner(path))?.token === token) await rm(path, { force: true })
    },
  }
}

async function removeDead(path: string, token: string): Promise<void> {
  const found = await readOwner(path)
  if (found && (await readProcess(found.pid))?.startTime === found.startTime) {
    throw new VmError('disk-in-use', { path, pid: found.pid })
  }
  const aside = `${path}.${token}.dead`
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  )
  if (!moved) return
  // Between the look and the rename somebody else may have cleared it and taken it: then it goes back.
  const taken = await readOwner(aside)
  if (taken && taken.token !== found?.token) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
}

async function readOwner(path: string) {
  try {
    return owner.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined
  }
}
