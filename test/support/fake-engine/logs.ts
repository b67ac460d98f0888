import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { type Call, isSet } from './answers.ts'
import { toTime } from './durations.ts'
import type { FakeContainer } from './objects.ts'
import { pause } from './pause.ts'

/** One write carries many lines when there is no pause between them. */
const batchLines = 500

/** GET /containers/{id}/logs: framed, or raw for a terminal's. */
export async function sendLogs(call: Call): Promise<void> {
  const { response, query, store, params, gone } = call
  const container = store.container(params[0] ?? '')
  const { log } = container
  const write = createLineWriter(container, query)
  response.writeHead(200, {
    'content-type': container.tty
      ? 'application/vnd.docker.raw-stream'
      : 'application/vnd.docker.multiplexed-stream',
  })
  response.flushHeaders()
  const past = countPast(container)
  const tail = query.get('tail') ?? 'all'
  const first = tail === 'all' ? 0 : Math.max(0, past - Number(tail))
  await writeLines(response, { from: first, to: past, write, gone })
  if (isSet(query, 'follow')) {
    const began = performance.now()
    for (let next = past; next < log.end && isWriting(container);) {
      if (log.everyMs > 0) await pause(log.everyMs, gone)
      if (gone.aborted) return
      if (!isWriting(container)) break
      const to = log.everyMs > 0 ? next + 1 : Math.min(log.end, next + batchLines)
      await writeLines(response, { from: next, to, write, gone })
      next = to
      if (log.perSecond !== undefined) {
        const early = began + ((next - past) / log.perSecond) * 1000 - performance.now()
        if (early > 1) await pause(early, gone)
      }
    }
    if (isWriting(container)) await untilEnd(call, container)
  }
  response.end()
}

function isWriting({ state }: FakeContainer): boolean {
  return state === 'running' || state === 'paused'
}

/** Lines that there are by now: those it began with, and one for each pause since it was started. */
function countPast({ log, startedAt, state }: FakeContainer): number {
  if (log.everyMs === 0) return Math.min(log.past, log.end)
  const since = state === 'running' ? Math.max(0, Date.now() - Math.max(startedAt, begun)) : 0
  return Math.min(log.end, log.past + Math.floor(since / log.everyMs))
}

/** Those of the time before this process are in `past`. */
const begun = Date.now()

async function untilEnd({ store, gone }: Call, container: FakeContainer): Promise<void> {
  while (isWriting(container) && !gone.aborted) {
    await once(store, 'event', { signal: gone }).catch(() => undefined)
  }
}

type WriteLine = (index: number) => Buffer | undefined

async function writeLines(
  response: ServerResponse,
  { from, to, write, gone }: { from: number; to: number; write: WriteLine; gone: AbortSignal },
): Promise<void> {
  for (let start = from; start < to && !gone.aborted; start += batchLines) {
    const frames: Buffer[] = []
    for (let index = start; index < Math.min(to, start + batchLines); index += 1) {
      const frame = write(index)
      if (frame) frames.push(frame)
    }
    if (!response.write(Buffer.concat(frames))) {
      await once(response, 'drain', { signal: gone }).catch(() => undefined)
    }
  }
}

function createLineWriter(container: FakeContainer, query: URLSearchParams): WriteLine {
  const { log, tty } = container
  const stamps = isSet(query, 'timestamps')
  const since = parseSince(query.get('since'))
  const wanted = { stdout: isSet(query, 'stdout'), stderr: isSet(query, 'stderr') }
  return (index) => {
    const { source, text } = log.line(index)
    const at = lineTime(container, index)
    if (!wanted[source] || at < since) return undefined
    const stamp = stamps ? `${toTime(at)} ` : ''
    const body = Buffer.isBuffer(text)
      ? Buffer.concat([Buffer.from(stamp), text, Buffer.from('\n')])
      : Buffer.from(`${stamp}${text}\n`)
    return tty ? body : toFrame(source, body)
  }
}

/** Spread evenly, the newest of the past ones a second ago. */
function lineTime({ log }: FakeContainer, index: number): number {
  return begun - 1000 + (index - log.past) * Math.max(1, log.everyMs)
}

function parseSince(value: string | null): number {
  if (value === null || value === '' || value === '0') return 0
  return /^[\d.]+$/.test(value) ? Number(value) * 1000 : Date.parse(value)
}

/** The engine's header of 8 bytes: which output, and how long. */
export function toFrame(source: 'stdout' | 'stderr', body: Buffer): Buffer {
  const header = Buffer.alloc(8)
  header[0] = source === 'stdout' ? 1 : 2
  header.writeUInt32BE(body.length, 4)
  return Buffer.concat([header, body])
}
