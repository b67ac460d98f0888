import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { readWhole, writeWhole } from '../host/whole-file.ts'

/** Where our own mirror answers. */
export interface PullAddress {
  /** 0 for any that is free. */
  port: number
  /** What every question has to show in `secretHeader`: 32 random bytes in hexadecimal. */
  secret: string
}

export const secretHeader = 'x-berth-pull'

const address = z.strictObject({
  port: z.int().min(0).max(65_535),
  secret: z.string().regex(/^[0-9a-f]{64}$/),
})

/**
 * The address of the last time, else a new one. It is kept since BuildKit remembers, for each repository, the address
 * that it once had for it.
 */
export async function readPullAddress(file: string): Promise<PullAddress> {
  try {
    return address.parse(JSON.parse(await readWhole(file)))
  } catch {
    return { port: 0, secret: newSecret() }
  }
}

/**
 * The address at another port than that of the last time. Somebody else is at that one, who may have been asked by an
 * engine that went on while the app was away, and so knows the secret.
 */
export function moved(before: PullAddress, port: number): PullAddress {
  if (before.port === port) return before
  return { port, secret: before.port === 0 ? before.secret : newSecret() }
}

function newSecret(): string {
  return randomBytes(32).toString('hex')
}

export async function writePullAddress(file: string, kept: PullAddress): Promise<void> {
  await writeWhole(file, `${JSON.stringify(kept)}\n`)
}

/** In a time that tells nothing of how much of it is right. */
export function isSecret(given: string | string[] | undefined, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(secret))
}
