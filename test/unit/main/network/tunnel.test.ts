import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { parseProxy } from '../../../../main/network/proxy-server.ts'
import { openToProxy, openTunnel } from '../../../../main/network/tunnel.ts'
import { type Authority, createAuthority } from '../../../support/registry-lab/certificate.ts'

const target = { hostname: 'registry.example', port: 443 }

/** A proxy that speaks TLS, with a certificate for `hosts`. */
async function startTlsProxy(authority: Authority, hosts: readonly string[]) {
  const shown: unknown[] = []
  const { certificate: cert, privateKey: key } = authority.issue({ hosts })
  const server = createServer({ cert, key })
  const sockets = new Set<TLSSocket>()
  server.on('secureConnection', (socket) => sockets.add(socket.on('error', () => undefined)))
  server.on('connect', ({ headers }, socket) => {
    shown.push(headers['proxy-authorization'])
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const toProxy = (host: string) => {
    const proxy = parseProxy(`https://mia:canary@${host}:${port}`)
    if (!proxy) throw new Error('no proxy')
    return proxy
  }
  const options = { signal: AbortSignal.timeout(5000), ca: [authority.certificate] }
  return { shown, toProxy, options }
}

test.each(['localhost', '127.0.0.1'])(
  'a proxy of TLS at %s shows its own certificate',
  async (host) => {
    const { shown, toProxy, options } = await startTlsProxy(createAuthority(), [host])
    const tunnel = await openTunnel(toProxy(host), target, options)
    tunnel.destroy()
    const bare = await openToProxy(toProxy(host), options)
    bare.destroy()
    expect(shown).toHaveLength(1)
  },
)

test.each(['localhost', '127.0.0.1'])(
  'whoever has a certificate of the target is no proxy at %s, and sees no password',
  async (host) => {
    const { shown, toProxy, options } = await startTlsProxy(createAuthority(), [target.hostname])
    await expect(openTunnel(toProxy(host), target, options)).rejects.toThrow(/altnames|cert/)
    await expect(openToProxy(toProxy(host), options)).rejects.toThrow(/altnames|cert/)
    expect(shown).toEqual([])
  },
)

test.each([
  [403, 'refused'],
  [503, 'refused'],
  [407, 'denied'],
  [405, 'unusable'],
  [501, 'unusable'],
])('a proxy that answers %i is told as %s', async (status, reason) => {
  const server = createHttpServer()
  server.on('connect', (_request, socket) => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const proxy = parseProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  if (!proxy) throw new Error('no proxy')
  const asking = openTunnel(proxy, target, { signal: AbortSignal.timeout(5000) })
  await expect(asking).rejects.toMatchObject({ name: 'ProxyError', reason })
})
