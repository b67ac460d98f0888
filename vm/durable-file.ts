import { randomBytes } from 'node:crypto'
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { z } from 'zod'

/**
 * The whole new file or the old one, never half of one: `make` fills the draft at the path it is given, which gets its
 * name only once it is on the disk.
 */
export async function replaceDurably(
  path: string,
  make: (draft: string) => Promise<unknown>,
): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}.tmp`
  try {
    await make(draft)
    const file = await open(draft, 'r+')
    try {
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

/** Writes the whole text or leaves the old file. For this user only: many of these files are secrets. */
export async function writeDurably(path: string, text: string): Promise<void> {
  await replaceDurably(path, (draft) => writeFile(draft, text, { flag: 'wx', mode: 0o600 }))
}

/** Makes a rename or a new file outlive a power cut. Windows cannot open folders, and needs no such thing. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The file's JSON in the shape of `schema`; undefined when it is missing, half written or of another shape. */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined
  }
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
}
