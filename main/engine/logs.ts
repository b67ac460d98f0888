import { Readable } from 'node:stream'
import { type LogLine, stream } from '#api'
import type { EngineClient } from './client.ts'
import { toEngineError } from './errors.ts'
import { createFrameReader, type Frame } from './frames.ts'
import { createLineReader } from './log-lines.ts'

/**
 * A container's log as batches of lines: one batch for each chunk that came, so that a flood is few messages. The
 * reader's pace holds the engine back: nothing is kept here but the last unfinished line.
 */
export function readLogs(
  client: EngineClient,
  id: string,
  options: { tail?: number; follow?: boolean },
): AsyncIterable<LogLine[]> {
  return stream<LogLine[]>(async (push, signal) => {
    const abort = new AbortController()
    signal.addEventListener('abort', () => abort.abort())
    try {
      const { source, tty } = await open(client, id, options, abort.signal)
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

async function open(
  client: EngineClient,
  id: string,
  { tail, follow = true }: { tail?: number; follow?: boolean },
  signal: AbortSignal,
): Promise<{ source: Readable; tty: boolean }> {
  const doing = { container: id }
  const container = client.docker.getContainer(id)
  const { Config } = await client.ask(() => container.inspect(), doing)
  const query = { stdout: true, stderr: true, timestamps: true, tail: tail ?? 1000 }
  const source: unknown = follow
    ? await client.ask(() => container.logs({ ...query, follow: true, abortSignal: signal }), doing)
    : Readable.from([await client.ask(() => container.logs({ ...query, follow: false }), doing)])
  return { source: source as Readable, tty: Config.Tty }
}
