import type { Readable } from 'node:stream'
import { z } from 'zod'
import { AppError, stream, type TransferProgress } from '#api'
import { readJsonLines } from './json-lines.ts'

/** A line of the engine's progress; see POST /images/create in its API. */
const progressLine = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  stream: z.string().optional(),
  error: z.string().optional(),
  progressDetail: z
    .object({
      current: z.number().optional(),
      total: z.number().optional(),
      units: z.string().optional(),
    })
    .optional(),
})

/** Nobody reads more of what a registry has to say. */
const longestMessage = 300

/**
 * What the engine tells of a pull, push or load. Its reader's leaving ends the engine's work; after `cancel`, which
 * `begin` heeds, no failure is told.
 */
export function readTransfer(
  begin: (signal: AbortSignal) => Promise<Readable>,
  toError: (error: unknown) => AppError,
  cancel?: AbortSignal,
): AsyncIterable<TransferProgress> {
  return stream<TransferProgress>(async (push, signal) => {
    const abort = new AbortController()
    signal.addEventListener('abort', () => abort.abort())
    try {
      const source = await unlessCancelled(begin(abort.signal), cancel)
      for await (const line of readJsonLines(source)) await push(toProgress(line))
    } catch (error) {
      if (!abort.signal.aborted && cancel?.aborted !== true) throw toError(error)
    } finally {
      abort.abort()
    }
  })
}

/** Not waited for once it is cancelled: a keychain may be asking its user for a login meanwhile. */
async function unlessCancelled<T>(work: Promise<T>, cancel?: AbortSignal): Promise<T> {
  if (!cancel) return work
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = () => {
    reject(new Error('cancelled'))
  }
  if (cancel.aborted) stop()
  cancel.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    cancel.removeEventListener('abort', stop)
  }
}

/** @throws {AppError} `engine-refused` for a line that tells of a failure */
function toProgress(value: unknown): TransferProgress {
  const { data: line } = progressLine.safeParse(value)
  if (!line) throw new AppError('engine-garbled')
  if (line.error !== undefined)
    throw new AppError('engine-refused', { message: line.error.slice(0, 2 * longestMessage) })
  const { current, total, units } = line.progressDetail ?? {}
  // With the containerd store unpacking is told by its time: "Extracting", 3, "s".
  const isTime = units === 's'
  return {
    message: (line.status ?? line.stream ?? '').trim().slice(0, longestMessage),
    // "Pulling from library/redis" carries the tag as its id: that is no layer.
    ...(line.id !== undefined && /^[0-9a-f]{12}$/.test(line.id) && { layer: line.id }),
    ...(current !== undefined && (isTime ? { seconds: current } : { current })),
    ...(total !== undefined && { total }),
  }
}
