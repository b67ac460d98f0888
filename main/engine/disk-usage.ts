import { setTimeout as pause } from 'node:timers/promises'
import { AppError } from '#api'
import type { EngineClient } from './client.ts'

/** The engine walks its whole store. */
const patienceMs = 600_000
const tries = 8
const pauseMs = 500

/**
 * What `docker system df` asks. A snapshot that goes while the engine adds them up, as those of a build that has just
 * ended do, fails its whole answer; nothing tells when they are gone, so it is asked again.
 */
export async function readDiskUsage<T>(
  client: EngineClient,
  query: { type?: string },
  toOurs: (answer: never) => T,
): Promise<T> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      return await client.json({ path: '/system/df', query, patienceMs }, toOurs)
    } catch (error) {
      if (left === 0 || !isPassing(error)) throw error
      await pause(pauseMs)
    }
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof AppError) || error.code !== 'engine-refused') return false
  return /snapshot \S+ does not exist/.test(String(error.params['message']))
}
