import { lookup as lookUp } from 'node:dns'
import { once } from 'node:events'
import {
  type ClientRequest,
  type IncomingMessage,
  request as requestHttp,
  type ServerResponse,
} from 'node:http'
import { connect, type LookupFunction, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isLoopbackHost } from '../registry/base-url.ts'
import type { LiveAgents } from '../registry/agents.ts'
import { isProxyAway, type Route, tooLate } from '../registry/exchange.ts'
import { toFailure } from '../registry/failure.ts'
import { ProxyError } from './proxy-error.ts'
import { bareHost } from './proxy-server.ts'
import { openTunnel, type Target } from './tunnel.ts'
import type { Way } from './system-answer.ts'
import type { Ways } from './ways.ts'

/** The user by whom the engine asks; the password is the secret. */
export const forwardUser = 'berth'
const connectMs = 10_000

export interface ForwardProxyParts {
  ways: Ways
  agents: Pick<LiveAgents, 'routesTo' | 'trusted'>
  isSecret(given: string | undefined): boolean
  /** What the engine shows its user of a failure, in the letters of a status line. */
  toReason(error: unknown, host: string): string
}

/**
 * The proxy that the engine has for what it does not pull by way of us: pushes, and what builds fetch. It leads by the ways
 * of this computer, which are looked up for each connection: so the engine is told once, and every change of them counts.
 * It never leads to this computer itself.
 */
export class ForwardProxy implements Disposable {
  readonly #parts: ForwardProxyParts
  readonly #open = new Set<Duplex>()

  constructor(parts: ForwardProxyParts) {
    this.#parts = parts
  }

  /** `CONNECT host:port`. */
  async connect(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    this.#keep(socket)
    if (!this.#mayAsk(request)) return void socket.end(`HTTP/1.1 ${denial}\r\n\r\n`)
    const target = toTarget(request.url ?? '')
    let isOpen = false
    try {
      if (!target || isLoopbackHost(target.hostname)) throw new Error('it is this computer itself')
      const upstream = this.#keep(await this.#reach(target, socket))
      isOpen = true
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.write(head)
      await Promise.all([pipeline(socket, upstream), pipeline(upstream, socket)])
    } catch (error) {
      if (isOpen) socket.destroy()
      else socket.end(`HTTP/1.1 502 ${this.#parts.toReason(error, target?.hostname ?? '')}\r\n\r\n`)
    }
  }

  /** A request with a whole address, `GET http://host/path`. */
  async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#mayAsk(request)) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic realm="berth"' }).end()
      return
    }
    // Go's programs take for an address what is none, such as `http://1.2.3.999/`.
    const url = URL.parse(request.url ?? '')
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    try {
      if (!url || isLoopbackHost(url.hostname)) throw new Error('it is this computer itself')
      const { asking, answered } = await this.#begin(url, request, gone.signal)
      pipeline(request, asking).catch(() => undefined)
      const [answer] = await answered
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, ownOf(answer.headers))
      await pipeline(answer, response)
    } catch (error) {
      gone.abort()
      if (response.headersSent) response.destroy()
      else response.writeHead(502, this.#parts.toReason(error, url?.hostname ?? '')).end()
    }
  }

  /** Connections that are open end with it. */
  [Symbol.dispose](): void {
    for (const one of this.#open) one.destroy()
  }

  #mayAsk({ headers }: IncomingMessage): boolean {
    const [, encoded = ''] = /^basic\s+(\S+)$/i.exec(headers['proxy-authorization'] ?? '') ?? []
    const [user, ...secret] = Buffer.from(encoded, 'base64').toString().split(':')
    return user === forwardUser && this.#parts.isSecret(secret.join(':'))
  }

  #keep<T extends Duplex>(socket: T): T {
    this.#open.add(socket)
    socket.on('error', () => undefined).on('close', () => this.#open.delete(socket))
    return socket
  }

  async #reach(target: Target, client: Duplex): Promise<Socket> {
    const url = new URL(`https://${target.hostname}:${target.port}/`)
    const ways = await this.#parts.ways.to(url)
    let failure: unknown = new ProxyError('unusable', 'a proxy of a kind that Berth does not speak')
    for (const way of ways) {
      const late = new AbortController()
      const timer = setTimeout(() => late.abort(), connectMs)
      const leave = () => late.abort()
      client.once('close', leave)
      try {
        return await this.#connect(way, target, late.signal)
      } catch (error) {
        failure = error
        if (!(error instanceof ProxyError) || error.reason !== 'unreachable') break
      } finally {
        clearTimeout(timer)
        client.off('close', leave)
      }
    }
    throw toFailure(failure)
  }

  async #connect({ proxy }: Way, target: Target, signal: AbortSignal): Promise<Socket> {
    if (proxy) return await openTunnel(proxy, target, { signal, ca: this.#parts.agents.trusted() })
    const socket = connect({
      ...{ host: bareHost(target.hostname), port: target.port },
      ...{ lookup: lookUpElsewhere, allowHalfOpen: true },
    })
    try {
      await once(socket, 'connect', { signal })
      return socket
    } catch (error) {
      socket.on('error', () => undefined).destroy()
      throw error
    }
  }

  /** Connected by the first way that is there: what has been sent of a body is not there for another. */
  async #begin(url: URL, request: IncomingMessage, signal: AbortSignal): Promise<Asking> {
    let failure: unknown = new ProxyError('unusable', 'a proxy of a kind that Berth does not speak')
    for (const route of await this.#parts.agents.routesTo(url)) {
      signal.throwIfAborted()
      const begun = beginBy(route, { url, request, signal })
      try {
        await untilConnected(begun.asking, route, signal)
        return begun
      } catch (error) {
        begun.asking.destroy()
        signal.throwIfAborted()
        failure = toFailure(error)
        if (!isProxyAway(failure)) break
      }
    }
    throw toFailure(failure)
  }
}

interface Asking {
  asking: ClientRequest
  answered: Promise<[IncomingMessage]>
}

function beginBy(
  route: Route,
  asked: { url: URL; request: IncomingMessage; signal: AbortSignal },
): Asking {
  const { url, request, signal } = asked
  const { method = 'GET' } = request
  const headers = { ...ownOf(request.headers), ...framingOf(request.headers) }
  const asking =
    route.via === undefined
      ? requestHttp(url, { method, headers, signal, lookup: lookUpElsewhere })
      : route.begin({ method, headers, signal })
  // Told by what comes of the answer, and of a connection.
  asking.on('error', () => undefined)
  const answered = once(asking, 'response') as Promise<[IncomingMessage]>
  answered.catch(() => undefined)
  return { asking, answered }
}

async function untilConnected(asking: ClientRequest, { via }: Route, signal: AbortSignal) {
  const late = AbortSignal.timeout(connectMs)
  const until = { signal: AbortSignal.any([signal, late]) }
  try {
    const [socket] = (await once(asking, 'socket', until)) as [Socket]
    if (socket.connecting) await once(socket, 'connect', until)
  } catch (error) {
    throw late.aborted ? tooLate(via) : error
  }
}

const denial = '407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="berth"'

function toTarget(authority: string): Target | undefined {
  if (!/^[^/@?#\s]+:\d{1,5}$/.test(authority) || !URL.canParse(`https://${authority}`))
    return undefined
  const { hostname, port } = new URL(`https://${authority}`)
  return { hostname, port: port === '' ? 443 : Number(port) }
}

/** What is about one connection stays on it: RFC 9110, 7.6.1. */
function ownOf(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase())
  const hop = new Set([...hopHeaders, ...named])
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hop.has(name)))
}

/**
 * How long the body is, which Node says by itself for few methods: what is sent of a `GET` without it would be the next
 * request.
 */
function framingOf(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  if (headers['transfer-encoding'] !== undefined) return { 'transfer-encoding': 'chunked' }
  const length = headers['content-length']
  return length === undefined ? {} : { 'content-length': length }
}

const hopHeaders = [
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authorization', 'proxy-authenticate'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
]

/** A name that leads to this computer is nobody's: what the guest asks is meant for others. */
const lookUpElsewhere: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, found) => {
    const others = (error ? [] : found).filter(
      ({ address, family }) => !isLoopbackHost(family === 6 ? `[${address}]` : address),
    )
    const [first] = others
    if (error) callback(error, '')
    else if (!first)
      callback(Object.assign(new Error('it is this computer itself'), { code: 'EHOSTUNREACH' }), '')
    else if (options.all === true) callback(null, others)
    else callback(null, first.address, first.family)
  })
}
