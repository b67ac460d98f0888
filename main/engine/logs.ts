import type { IncomingMessage } from 'node:http'
import { AppError, type LogLine, type LogOptions, stream } from '#api'
import type { EngineClient } from './client.ts'
import { toEngineError } from './errors.ts'
import { createFrameReader, type Frame } from './frames.ts'
import { createLineReader } from './log-lines.ts'

/**
 * A container's log as batches of lines: one batch for each chunk that came, so that a flood is few messages. The
 * reader's pace holds the engine back: nothing is kept here but the last unfinished line.
 * @throws {AppError} `input-invalid` for a tail or a time that is none
 */
export function readLogs(
  client: EngineClient,
  id: string,
  options: LogOptions,
): AsyncIterable<LogLine[]> {
  const query = toQuery(options)
  return stream<LogLine[]>(async (push, signal) => {
    const abort = new AbortController()
    signal.addEventListener('abort', () => abort.abort())
    try {
      const { source, tty } = await open(client, id, query, abort.signal)
      const lines = {
        stdout: createLineReader('stdout'),
        stderr: createLineReader('stderr'),
      }
      const take = tty
        ? (bytes: Buffer): Frame[] => [{ source: 'stdout', bytes }]
        : createFrameReader()
      for await (const chunk of source as AsyncIterable<Buffer>) {
        const batch = take(chunk).flatMap((frame) => lines[frame.source].read(frame.bytes))
        if (batch.length > 0) await push(batch)
      }
      const last = [...lines.stdout.end(), ...lines.stderr.end()]
      if (last.length > 0) await push(last)
    } catch (error) {
      if (!abort.signal.aborted) throw toEngineError(error, { container: id })
    }
  }, 8)
}

type LogQuery = ReturnType<typeof toQuery>

function toQuery({ tail, follow, since }: LogOptions) {
  if (tail !== undefined && !(Number.isSafeInteger(tail) && tail >= 0)) {
    throw new AppError('input-invalid', { what: 'tail', field: 'tail' })
  }
  const isTime =
    since === undefined ||
    (/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(since) && !Number.isNaN(Date.parse(since)))
  if (!isTime) throw new AppError('input-invalid', { what: 'since', field: 'since' })
  return {
    stdout: true,
    stderr: true,
    timestamps: true,
    follow: follow !== false,
    tail: tail ?? 'all',
    ...(since !== undefined && { since: toEngineTime(since) }),
  }
}

/** Seconds with nanoseconds, the one form that the API takes. */
function toEngineTime(time: string): string {
  const fraction = /\.(\d{1,9})/.exec(time)?.[1] ?? ''
  const seconds = Math.floor(Date.parse(time.replace(/\.\d+/, '')) / 1000)
  return `${seconds}.${fraction.padEnd(9, '0')}`
}

async function open(
  client: EngineClient,
  id: string,
  query: LogQuery,
  signal: AbortSignal,
): Promise<{ source: IncomingMessage; tty: boolean }> {
  const [path, doing] = [`/containers/${id}`, { container: id }]
  const tty = await client.json(
    { path: `${path}/json`, signal, doing },
    ({ Config }: { Config: { Tty: boolean } }) => Config.Tty,
  )
  const source = await client.open({ path: `${path}/logs`, query, signal, doing })
  return { source, tty }
}
