import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ProxyLogin } from '../../../main/network/proxy-server.ts'

export interface ForwardProxyOptions {
  /** Who may use it; anybody when not given. */
  login?: ProxyLogin
  /** Names that it alone knows, each as a port of this computer. */
  hosts: Readonly<Record<string, number>>
}

/** A company's proxy: a real one of HTTP, by CONNECT and by whole addresses. */
export interface TestForwardProxy extends AsyncDisposable {
  readonly url: string
  /** What it was asked for and let through: `CONNECT host:port`, `GET http://host/path`. */
  readonly asked: string[]
  /** How often it wanted to see another login. */
  readonly denied: { count: number }
  /** `silent`: it takes connections, and says nothing. */
  mood: 'kind' | 'silent' | 'refusing'
}

export async function startForwardProxy({
  login,
  hosts,
}: ForwardProxyOptions): Promise<TestForwardProxy> {
  const server = createServer()
  const sockets = new Set<Duplex>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  })
  const asked: string[] = []
  const denied = { count: 0 }
  const wanted =
    login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`
  const proxy = { mood: 'kind' as TestForwardProxy['mood'] }
  /** The status of a refusal; 0 for none. */
  const judge = ({ method = '', url = '', headers }: IncomingMessage, host: string): number => {
    if (wanted !== undefined && headers['proxy-authorization'] !== wanted) {
      denied.count += 1
      return 407
    }
    if (proxy.mood === 'refusing') return 403
    if (hosts[host] === undefined) return 502
    asked.push(`${method} ${url}`)
    return 0
  }
  server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (proxy.mood === 'silent') return
    const [host = ''] = (request.url ?? '').split(':')
    const status = judge(request, host)
    if (status !== 0) return void socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`)
    const upstream = connect({ host: '127.0.0.1', port: hosts[host] ?? 0 })
    sockets.add(upstream)
    upstream.on('error', () => socket.destroy()).on('close', () => sockets.delete(upstream))
    socket.on('close', () => upstream.destroy())
    upstream.once('connect', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.write(head)
      socket.pipe(upstream).pipe(socket)
    })
  })
  server.on('request', (request, response) => {
    if (proxy.mood === 'silent') return
    const url = new URL(request.url ?? '')
    const status = judge(request, url.hostname)
    if (status !== 0) return void response.writeHead(status).end()
    const upstream = requestHttp({
      ...{
        host: '127.0.0.1',
        port: hosts[url.hostname],
        method: request.method,
        headers: onlyGiven(request.headers),
      },
      path: `${url.pathname}${url.search}`,
    })
    upstream.on('error', () => response.destroy())
    upstream.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    request.pipe(upstream)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return Object.assign(proxy, {
    ...{ url: `http://127.0.0.1:${port}`, asked, denied },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  })
}

/** What was for the proxy stays with it. */
function onlyGiven(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => name !== 'proxy-authorization')
  return Object.fromEntries(kept)
}
