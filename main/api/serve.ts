import { AppError, type ErrorShape } from './errors.ts'
import type { Kinds } from './kinds.ts'
import { type Abort, createAbort } from './stream.ts'
import {
  type Answer,
  type KindTable,
  type Link,
  type Method,
  type Request,
  parseRequest,
  unpackArgs,
} from './wire.ts'

/** How many items a stream's source may run ahead of its reader over a link. */
const windowSize = 64

export interface ServeOptions<Api> {
  kinds: Kinds<Api>
  /** Turns anything thrown into what may cross: an AppError as it is, the rest logged and named `internal`. */
  toShape(error: unknown): ErrorShape
}

interface Running {
  abort: Abort
  credit: number
  wake?: (() => void) | undefined
}

/** Answers calls and streams of `services` on `link` until it closes; then every source is stopped. */
export function serve<Api extends object>(
  services: Api,
  link: Link,
  options: ServeOptions<Api>,
): void {
  const running = new Map<number, Running>()
  const send = (answer: Answer) => link.send(JSON.stringify(answer))

  const begin = async (request: Extract<Request, { method: unknown }>) => {
    const [service, name] = request.method
    const kind = own(own(options.kinds as KindTable, service), name)
    const target = own(services as Readonly<Record<string, object>>, service)
    if (!kind || !target) throw new AppError('input-invalid', { what: `${service}.${name}` })
    const method = Reflect.get(target, name) as Method
    const args = unpackArgs(request)
    if (kind === 'call') {
      const value = (await method.apply(target, args)) ?? null
      send({ id: request.id, value })
      return
    }
    const entry: Running = { abort: createAbort(), credit: windowSize }
    running.set(request.id, entry)
    try {
      await feed(method.apply(target, args) as AsyncIterable<unknown>, entry, (item) =>
        send({ id: request.id, item }),
      )
      if (!entry.abort.signal.aborted) send({ id: request.id, end: true })
    } finally {
      running.delete(request.id)
    }
  }

  link.onMessage((text) => {
    const request = parseRequest(text)
    if (!request) return
    if ('method' in request) {
      begin(request).catch((error: unknown) =>
        send({ id: request.id, error: options.toShape(error) }),
      )
      return
    }
    const entry = running.get(request.id)
    if (!entry) return
    if ('cancel' in request) entry.abort.abort()
    else entry.credit += request.more
    entry.wake?.()
  })
  link.onClose(() => stopAll(running.values()))
}

function stopAll(running: Iterable<Running>): void {
  for (const entry of running) {
    entry.abort.abort()
    entry.wake?.()
  }
}

async function feed(source: AsyncIterable<unknown>, entry: Running, give: (item: unknown) => void) {
  const iterator = source[Symbol.asyncIterator]()
  entry.abort.signal.addEventListener('abort', () => void iterator.return?.())
  for (;;) {
    const next = await iterator.next()
    if (next.done === true || entry.abort.signal.aborted) return
    give(next.value)
    entry.credit -= 1
    await creditOf(entry)
  }
}

function own<T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return table && Object.hasOwn(table, key) ? table[key] : undefined
}

/** Waits until the reader has room for one more item, or has gone. */
async function creditOf(entry: Running): Promise<void> {
  while (entry.credit <= 0 && !entry.abort.signal.aborted) {
    await new Promise<void>((resolve) => (entry.wake = resolve))
  }
}
