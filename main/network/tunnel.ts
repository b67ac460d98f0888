import { once } from 'node:events'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { ProxyError } from './proxy-error.ts'
import { bareHost, type ProxyLogin, type ProxyServer, toShown } from './proxy-server.ts'
import { askSocks } from './socks.ts'

export interface TunnelOptions {
  signal: AbortSignal
  /** Who is believed when the proxy itself speaks TLS; by default whom Node believes. */
  ca?: readonly string[] | undefined
}

export interface Target {
  /** A URL's: with brackets around IPv6. */
  hostname: string
  port: number
}

/** The longest that a proxy may take for a connection that nobody waits for any more. */
export const longestConnectMs = 30_000

/**
 * A connection to `target` through a proxy, raw from here on: by CONNECT (RFC 9110, 9.3.6), or SOCKS.
 * @throws {ProxyError}
 */
export async function openTunnel(
  proxy: ProxyServer,
  target: Target,
  options: TunnelOptions,
): Promise<Socket> {
  if (proxy.kind !== 'socks5') return await connectBy(proxy, target, options)
  const socket = await openToProxy(proxy, options)
  const giveUp = () => socket.destroy()
  options.signal.addEventListener('abort', giveUp)
  try {
    await askSocks(socket, target, proxy)
    return socket
  } catch (error) {
    socket.destroy()
    throw toProxyError(proxy, error)
  } finally {
    options.signal.removeEventListener('abort', giveUp)
  }
}

/**
 * A connection to the proxy itself, which is asked for whole addresses.
 * @throws {ProxyError} `unreachable`
 */
export async function openToProxy(
  proxy: ProxyServer,
  { signal, ca }: TunnelOptions,
): Promise<Socket> {
  const host = bareHost(proxy.hostname)
  const socket =
    proxy.kind === 'https'
      ? connectTls({ host, port: proxy.port, servername: nameOf(host), ...(ca && { ca: [...ca] }) })
      : connect({ host, port: proxy.port })
  try {
    await once(socket, proxy.kind === 'https' ? 'secureConnect' : 'connect', { signal })
    return socket
  } catch (error) {
    socket.on('error', () => undefined).destroy()
    throw toProxyError(proxy, error)
  }
}

/** What a proxy is called in TLS, where an address is no name (RFC 6066, 3); its certificate is held against it all the same. */
function nameOf(host: string): string {
  return isIP(host) === 0 ? host : ''
}

export function toProxyAuthorization(login: ProxyLogin): string {
  return `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`
}

async function connectBy(
  proxy: ProxyServer,
  { hostname, port }: Target,
  { signal, ca }: TunnelOptions,
): Promise<Socket> {
  const host = bareHost(proxy.hostname)
  const asking = (proxy.kind === 'https' ? requestHttps : requestHttp)({
    ...{ method: 'CONNECT', host, port: proxy.port, agent: false },
    // Else Node would have the proxy show a certificate of the target, whom the header `host` names.
    servername: nameOf(host),
    ...{ path: `${hostname}:${port}`, signal, ...(ca && { ca: [...ca] }) },
    headers: {
      host: `${hostname}:${port}`,
      ...(proxy.login && { 'proxy-authorization': toProxyAuthorization(proxy.login) }),
    },
  })
  asking.end()
  try {
    const [answer, socket, head] = (await once(asking, 'connect')) as [
      IncomingMessage,
      Socket,
      Buffer,
    ]
    const { statusCode: status = 0 } = answer
    if (status >= 200 && status < 300) {
      socket.unshift(head)
      return socket
    }
    socket.destroy()
    throw toRefusal(proxy, status)
  } catch (error) {
    asking.on('error', () => undefined).destroy()
    throw toProxyError(proxy, error)
  }
}

/** Of one that works: it may not connect to this host, or cannot. Others are of what is no proxy. */
const refusals: ReadonlySet<number> = new Set([403, 451, 500, 502, 503, 504])

/** What a proxy says of itself, by its status. */
function toRefusal(proxy: ProxyServer, status: number): ProxyError {
  const reason = status === 407 ? 'denied' : refusals.has(status) ? 'refused' : 'unusable'
  const shown = toShown(proxy)
  return new ProxyError(reason, `${shown} answers with status ${status}`, { proxy: shown })
}

const unreachable = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/

function toProxyError(proxy: ProxyServer, cause: unknown): ProxyError {
  if (cause instanceof ProxyError) return cause
  const { code, message } = cause as NodeJS.ErrnoException
  const isAway = unreachable.test(code ?? '') || code === 'ABORT_ERR'
  const said = code === 'ABORT_ERR' ? 'no connection in time' : message
  const shown = toShown(proxy)
  const reason = isAway ? 'unreachable' : 'unusable'
  return new ProxyError(reason, `${shown}: ${said}`, { proxy: shown, cause })
}
