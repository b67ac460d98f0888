import type {
  ClientRequest,
  IncomingHttpHeaders,
  IncomingMessage,
  OutgoingHttpHeaders,
} from 'node:http'
import type { Socket } from 'node:net'
import { ProxyError } from '../network/proxy-error.ts'
import { isLoopbackHost } from './base-url.ts'
import { RegistryFailure, toFailure } from './failure.ts'

/** How long each part of an exchange may take, in ms: until the other side is there, answers, and between two pieces. */
export interface Deadlines {
  connectMs: number
  firstByteMs: number
  stallMs: number
}

export interface RouteRequest {
  method: string
  headers: OutgoingHttpHeaders
  signal?: AbortSignal
}

/** One way to a URL, with connections that are kept and shared. */
export interface Route {
  /** The proxy that it leads through, without its login. */
  via?: string
  begin(request: RouteRequest): ClientRequest
}

export interface Agents {
  /** The ways to a URL, the best first: asked for each request anew, so that a change of them counts at once. */
  routesTo(url: URL): Promise<readonly Route[]>
}

export interface ExchangeRequest {
  method?: 'GET' | 'HEAD'
  headers?: Readonly<Record<string, string>>
  deadlines: Deadlines
  signal: AbortSignal
  agents: Agents
}

export interface Exchange {
  /** Where the answer came from, after all redirects. */
  url: URL
  /** The proxy that it came through, without its login. */
  via?: string
  status: number
  headers: IncomingHttpHeaders
  /** Read once. Time counts only while somebody waits for the next piece: a slow reader is no stall. */
  body: AsyncIterable<Buffer>
  /** Lets go of an answer that is not read to its end. */
  discard(): void
}

/** As many as a registry with its CDN needs. */
const mostRedirects = 5

/**
 * One question and its answer, redirects followed. `authorization` goes to the origin that was asked and to no other.
 * @throws {RegistryFailure}
 */
export async function exchange(url: URL, request: ExchangeRequest): Promise<Exchange> {
  let asked = { url, headers: { ...request.headers } }
  for (let hop = 0; hop <= mostRedirects; hop += 1) {
    const answer = await ask(asked.url, { ...request, headers: asked.headers })
    const location = isRedirect(answer.status) ? answer.headers.location : undefined
    if (location === undefined) return answer
    answer.discard()
    asked = follow(asked, location)
  }
  throw new RegistryFailure('garbled', `more than ${mostRedirects} redirects`)
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}

interface Asked {
  url: URL
  headers: Record<string, string>
}

function follow({ url, headers }: Asked, location: string): Asked {
  const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined
  const isWeb = next?.protocol === 'https:' || next?.protocol === 'http:'
  if (!next || !isWeb || leadsIn(url, next))
    throw new RegistryFailure('garbled', 'a redirect that leads nowhere safe')
  if (next.origin === url.origin) return { url: next, headers }
  const others = Object.entries(headers).filter(([name]) => name !== 'authorization')
  return { url: next, headers: Object.fromEntries(others) }
}

/**
 * Whether `to`, which somebody at `from` has named, is less safe than that: in the open, or a service of this very
 * computer, which whoever names an image could else have asked whatever they like.
 */
export function leadsIn(from: URL, to: URL): boolean {
  if (from.protocol === 'https:' && to.protocol === 'http:') return true
  return isLoopbackHost(to.hostname) && !isLoopbackHost(from.hostname)
}

/** A proxy that is not there leaves it to the next way; whatever else goes wrong would go wrong there, too. */
async function ask(url: URL, options: ExchangeRequest): Promise<Exchange> {
  const routes = await options.agents.routesTo(url)
  for (const [index, route] of routes.entries()) {
    try {
      return await askBy(route, url, options)
    } catch (error) {
      options.signal.throwIfAborted()
      if (index === routes.length - 1 || !isProxyAway(error)) throw error
    }
  }
  throw new RegistryFailure('proxy', 'a proxy of a kind that Berth does not speak')
}

export function isProxyAway(error: unknown): boolean {
  const cause = error instanceof RegistryFailure ? error.cause : undefined
  return cause instanceof ProxyError && cause.reason === 'unreachable'
}

async function askBy(route: Route, url: URL, options: ExchangeRequest): Promise<Exchange> {
  const { method = 'GET', headers = {}, deadlines, signal } = options
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const asking = route.begin({ method, headers, signal })
  const { via } = route
  // Not by its own events alone: one that waits for a connection, or is answered by a change of protocol, has none.
  const giveUp = (failure: RegistryFailure) => {
    reject(failure)
    asking.destroy()
  }
  const clock = createClock((detail) => giveUp(new RegistryFailure('slow', detail)))
  const leave = () => giveUp(new RegistryFailure('cut', 'nobody waits for it any more'))
  signal.addEventListener('abort', leave)
  const awaitAnswer = () => clock.set(deadlines.firstByteMs, 'no answer in time')
  // A proxy's own part in it is part of the connection.
  const onLate = () => giveUp(tooLate(via))
  clock.set(deadlines.connectMs, 'no connection in time', onLate)
  asking.on('socket', (socket: Socket) => {
    if (!socket.connecting) awaitAnswer()
    else socket.once('connect', awaitAnswer)
  })
  asking.on('response', resolve)
  // What comes after the answer is told by who reads it.
  asking.on('error', reject)
  asking.on('close', () => reject(new RegistryFailure('cut', 'it was closed without an answer')))
  asking.end()
  try {
    const message = await promise
    return { ...toExchange(url, message, deadlines.stallMs), ...(via !== undefined && { via }) }
  } catch (error) {
    signal.throwIfAborted()
    throw toFailure(error)
  } finally {
    clock.clear()
    signal.removeEventListener('abort', leave)
  }
}

/** Through a proxy that takes too long there may be another way. */
export function tooLate(via: string | undefined): RegistryFailure {
  if (via === undefined) return new RegistryFailure('slow', 'no connection in time')
  return toFailure(new ProxyError('unreachable', `${via}: no connection in time`, { proxy: via }))
}

function toExchange(url: URL, message: IncomingMessage, stallMs: number): Exchange {
  return {
    url,
    status: message.statusCode ?? 0,
    headers: message.headers,
    body: readWithin(message, stallMs),
    discard: () => {
      message.on('error', () => undefined)
      // A short rest is read, so that the connection can be used again; a long one is not worth its bytes.
      if (Number(message.headers['content-length'] ?? Infinity) <= 4096) message.resume()
      else message.destroy()
    },
  }
}

async function* readWithin(message: IncomingMessage, stallMs: number): AsyncGenerator<Buffer> {
  const clock = createClock((detail) => message.destroy(new RegistryFailure('slow', detail)))
  const pieces = message[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  try {
    for (;;) {
      clock.set(stallMs, 'nothing came for too long')
      const { done, value } = await pieces.next()
      clock.clear()
      if (done === true) return
      yield value
    }
  } catch (error) {
    throw toFailure(error)
  } finally {
    clock.clear()
    message.destroy()
  }
}

/** One deadline at a time. */
function createClock(onLate: (detail: string) => void) {
  let timer: NodeJS.Timeout | undefined
  return {
    set(ms: number, detail: string, then = onLate) {
      clearTimeout(timer)
      timer = setTimeout(then, ms, detail)
    },
    clear: () => clearTimeout(timer),
  }
}
