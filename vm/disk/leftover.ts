import type { BigIntStats } from 'node:fs'
import { lstat, realpath, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { errorCode } from '../durable-file.ts'
import type { MachineConfig } from '../machine-config.ts'

/**
 * What tells a file from any other: a drive may come back under the name of another, with another disk at the same
 * path. Not its device, which is numbered anew each time. Where files are, too (exFAT on Linux), it is not known again.
 */
const markSchema = z.object({ size: z.string(), mtimeNs: z.string(), ino: z.string() })

/** What a move has left behind; a path alone is what earlier versions recorded. */
export const leftoverSchema = z.union([
  z
    .string()
    .min(1)
    .transform((path): Leftover => ({ path })),
  z.object({ path: z.string().min(1), mark: markSchema.optional() }),
])

export interface Leftover {
  path: string
  /** Half a copy needs none: its name is nobody else's. */
  mark?: z.infer<typeof markSchema> | undefined
}

/** The file as it is now, which nothing writes to any more. */
export async function markLeftover(path: string): Promise<Leftover> {
  return { path, mark: toMark(await lstat(path, { bigint: true })) }
}

/**
 * Removes what is surely what a move has left, and lets all else lie.
 * @param disk where the data disk lies, which has to be there before an older one goes.
 * @returns what cannot be reached just now.
 */
export async function removeLeftovers(
  left: readonly Leftover[],
  disk: string,
  config: Pick<MachineConfig, 'log'>,
): Promise<Leftover[]> {
  const away: Leftover[] = []
  for (const one of left) {
    const { path } = one
    try {
      const reason = await whyKept(one, disk)
      if (reason === undefined) await rm(path, { force: true })
      else config.log('disk-leftover-kept', { path, reason })
    } catch (error) {
      config.log('disk-leftover', { path, reason: String(error) })
      away.push(one)
    }
  }
  return away
}

/** @throws when it cannot be told now: were its whole folder away, it would be back with the drive. */
async function whyKept({ path, mark }: Leftover, disk: string): Promise<string | undefined> {
  const isHalf = /\.[0-9a-f]{8}\.moving$/.test(path)
  if (!isHalf && !mark) return 'nothing tells whether it is an old disk'
  const folder = await realpath(dirname(path))
  const found = await find(path)
  if (isHalf || !found) return undefined
  const own = await stat(disk, { bigint: true })
  const isOwn = own.dev === found.dev && own.ino === found.ino
  // The same folder may be reached by two names, and a file that has one name only is the disk.
  if (join(folder, basename(path)) === (await realpath(disk)) || (isOwn && found.nlink === 1n))
    return 'it is the data disk'
  const now = toMark(found)
  // As a second name of the disk, it changes with it.
  const isSame =
    now.ino === mark?.ino && (isOwn || (now.size === mark.size && now.mtimeNs === mark.mtimeNs))
  return isSame ? undefined : 'it is another file now, or was changed'
}

function toMark({ size, mtimeNs, ino }: BigIntStats) {
  return { size: String(size), mtimeNs: String(mtimeNs), ino: String(ino) }
}

/** A link itself, and not what it leads to. */
async function find(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true })
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
