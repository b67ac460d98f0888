import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, link, readFile, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { errorCode, writeDurably } from './durable-file.ts'
import { VmError } from './errors.ts'
import { toFolderError } from './folders.ts'
import { readProcess } from './qemu/process-table.ts'

const schema = z.object({
  pid: z.int().positive(),
  startTime: z.string(),
  token: z.string().regex(/^\w+$/),
})
type Owner = z.infer<typeof schema>

/** A lock that makes no sense is somebody's who is just writing it, until it is this old. */
const writingMs = 1000
/** For another that clears the same lock; and Windows lets nobody remove a file while a scanner looks at it. */
const busyPauseMs = 50
const busyLooks = 20

/**
 * Takes the machine's folder for this process, so that two apps cannot start it at once. A lock whose owner is dead
 * counts for nothing. Disposing gives it back.
 * @throws {VmError} 'disk-in-use' with the owner's pid, 'folder-not-writable' when a dead owner's lock cannot be
 * removed.
 */
export async function lockFolder(path: string): Promise<AsyncDisposable> {
  const startTime = (await readProcess(process.pid))?.startTime ?? ''
  const token = randomBytes(8).toString('hex')
  const draft = `${path}.${token}`
  await writeDurably(draft, JSON.stringify({ pid: process.pid, startTime, token }))
  try {
    await take(draft, path)
  } catch (error) {
    throw toFolderError(error, dirname(path))
  } finally {
    await rm(draft, { force: true })
  }
  return {
    async [Symbol.asyncDispose]() {
      const found = await readOwner(path).catch(() => undefined)
      if (typeof found === 'object' && found.token === token) await rm(path, { force: true })
    },
  }
}

async function take(draft: string, path: string): Promise<void> {
  for (let busy = 0; !(await claim(draft, path));) {
    try {
      if (await clearDead(draft, path)) continue
    } catch (error) {
      if (!mayPass(error, path) || ++busy >= busyLooks) throw error
    }
    await delay(busyPauseMs)
  }
}

/** Puts the lock in `draft` at `path`, only if nothing lies there, which a write cannot promise. */
async function claim(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path).catch((error: unknown) => {
      if (errorCode(error) === 'EEXIST') throw error
      // A file system without links: there the lock can be seen half written, see `writingMs`.
      return copyFile(draft, path, constants.COPYFILE_EXCL)
    })
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

/**
 * Removes a dead owner's lock. Between a look and a removal somebody else could have done the same and taken the
 * folder, so the removal of each such lock is itself locked, under the dead one's name.
 * @returns false when it is worth another look only after a pause.
 * @throws {VmError} 'disk-in-use' when the owner lives.
 */
async function clearDead(draft: string, path: string): Promise<boolean> {
  const found = await readOwner(path)
  if (found === 'none') return true
  if (found === 'unclear' && (await isFresh(path))) return false
  if (found !== 'unclear' && (await isAlive(found))) {
    throw new VmError('disk-in-use', { path, pid: found.pid })
  }
  const name = found === 'unclear' ? found : found.token
  const clearing = `${path}.${name}.clearing`
  await take(draft, clearing)
  try {
    const still = await readOwner(path)
    const same = typeof still === 'object' ? still.token === name : still === name
    if (same && (still !== 'unclear' || !(await isFresh(path)))) await rm(path, { force: true })
  } finally {
    await rm(clearing, { force: true })
  }
  return true
}

async function isAlive({ pid, startTime }: Owner): Promise<boolean> {
  return (await readProcess(pid))?.startTime === startTime
}

/** So do another's clearing and a busy file; not a living owner, nor a process table that cannot be read. */
function mayPass(error: unknown, path: string): boolean {
  if (error instanceof VmError) return error.params['path'] !== path
  return errorCode(error) !== undefined
}

async function isFresh(path: string): Promise<boolean> {
  const age = await stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => Infinity,
  )
  return age >= 0 && age < writingMs
}

/** @throws when the lock cannot be read: it may well be held. */
async function readOwner(path: string): Promise<Owner | 'none' | 'unclear'> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT') return 'none'
    if (code !== undefined) throw error
    return 'unclear'
  }
}
