import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { parseProxy } from '../../../../main/network/proxy-server.ts'
import type { Way } from '../../../../main/network/system-answer.ts'
import { createAgents } from '../../../../main/registry/agents.ts'
import { exchange } from '../../../../main/registry/exchange.ts'
import { createAuthority } from '../../../support/registry-lab/certificate.ts'
import { startForwardProxy } from '../../../support/registry-lab/forward-proxy.ts'
import { startLoopbackServer } from '../../../support/registry-lab/loopback-server.ts'

const name = 'registry.example'
const deadlines = { connectMs: 5000, firstByteMs: 5000, stallMs: 5000 }

/** Asks by ways that may be changed meanwhile. */
function create(first: readonly string[], ca: readonly string[] = []) {
  const found = { ways: first }
  const toWay = (text: string): Way => {
    const proxy = text === '' ? undefined : parseProxy(text)
    return proxy ? { proxy } : {}
  }
  const agents = createAgents({ ways: { to: () => Promise.resolve(found.ways.map(toWay)) }, ca })
  onTestFinished(() => agents[Symbol.dispose]())
  const ask = async (url: string, connectMs = deadlines.connectMs) => {
    const signal = AbortSignal.timeout(10_000)
    const times = { ...deadlines, connectMs }
    const { body, via, status } = await exchange(new URL(url), { deadlines: times, signal, agents })
    return { via, status, text: Buffer.concat(await Array.fromAsync(body)).toString() }
  }
  return { agents, found, ask }
}

async function serve(certificate?: ReturnType<typeof createAuthority>) {
  const server = await startLoopbackServer((_request, response) => response.end('hello'), {
    certificate: certificate?.issue({ hosts: [name] }),
  })
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

async function startProxy(port: number) {
  const proxy = await startForwardProxy({ hosts: { [name]: port } })
  onTestFinished(() => proxy[Symbol.asyncDispose]())
  return proxy
}

test('plain HTTP is asked of a proxy by its whole address', async () => {
  const proxy = await startProxy((await serve()).port)
  const { ask } = create([proxy.url])
  expect(await ask(`http://${name}/a?b`)).toEqual({ via: proxy.url, status: 200, text: 'hello' })
  expect(proxy.asked).toEqual([`GET http://${name}/a?b`])
})

test('a proxy that is away is followed by the next way; what a proxy refuses is not asked elsewhere', async () => {
  const authority = createAuthority()
  const proxy = await startProxy((await serve(authority)).port)
  const { ask, found } = create(['http://127.0.0.1:1', proxy.url], [authority.certificate])
  expect(await ask(`https://${name}/`)).toMatchObject({ via: proxy.url, text: 'hello' })
  const refusing = await startProxy(1)
  refusing.mood = 'refusing'
  found.ways = [refusing.url, proxy.url]
  await expect(ask(`https://${name}/`)).rejects.toMatchObject({ fault: 'proxy-refused' })
  found.ways = []
  await expect(ask(`https://${name}/`)).rejects.toMatchObject({ fault: 'proxy' })
})

test('a proxy that says nothing takes no longer than a connection may', async () => {
  const authority = createAuthority()
  const { port } = await serve(authority)
  const [silent, good] = [await startProxy(port), await startProxy(port)]
  silent.mood = 'silent'
  const { ask, found } = create([silent.url], [authority.certificate])
  await expect(ask(`https://${name}/`, 100)).rejects.toMatchObject({ fault: 'proxy' })
  found.ways = [silent.url, good.url]
  expect(await ask(`https://${name}/`, 500)).toMatchObject({ via: good.url })
})

test('an authority counts from the next request on, whatever connection rests', async () => {
  const authority = createAuthority()
  const proxy = await startProxy((await serve(authority)).port)
  const { ask, agents } = create([proxy.url])
  await expect(ask(`https://${name}/`)).rejects.toMatchObject({ fault: 'tls' })
  agents.trust([authority.certificate])
  expect(await ask(`https://${name}/`)).toMatchObject({ text: 'hello' })
  agents.trust([])
  await expect(ask(`https://${name}/`)).rejects.toMatchObject({ fault: 'tls' })
})

test('connections through a proxy are kept', async () => {
  const authority = createAuthority()
  const proxy = await startProxy((await serve(authority)).port)
  const { ask } = create([proxy.url], [authority.certificate])
  await ask(`https://${name}/`)
  await ask(`https://${name}/`)
  expect(proxy.asked).toEqual([`CONNECT ${name}:443`])
})

test.each([
  [true, { text: 'hello' }],
  [false, undefined],
])(
  'a SOCKS proxy looks the name up itself, and may want a login (right: %s)',
  async (isRight, told) => {
    const { port } = await serve()
    const seen: string[] = []
    const server = createServer((socket) => void answerSocks(socket, port, seen))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port: at } = server.address() as AddressInfo
    const { ask } = create([`socks5://mia:${isRight ? 'right' : 'wrong'}@127.0.0.1:${at}`])
    const asking = ask(`http://${name}/`)
    if (told) expect(await asking).toMatchObject(told)
    else await expect(asking).rejects.toMatchObject({ fault: 'proxy-denied' })
    expect(seen).toEqual(isRight ? [`${name}:80`] : [])
  },
)

test('after a sleep what nobody uses is closed, and what is under way goes on', async () => {
  const held = Promise.withResolvers<ServerResponse>()
  const server = await startLoopbackServer((request, response) => {
    if (request.url === '/held') held.resolve(response)
    else response.end(String(request.socket.remotePort))
  })
  onTestFinished(() => server[Symbol.asyncDispose]())
  const { ask, agents } = create([''])
  const from = async (path: string) => (await ask(`http://127.0.0.1:${server.port}${path}`)).text
  const slow = from('/held')
  const response = await held.promise
  const first = await from('/')
  expect(await from('/')).toBe(first)
  agents.closeIdle()
  expect(await from('/')).not.toBe(first)
  response.end('in its time')
  expect(await slow).toBe('in its time')
})

/** RFC 1928 and 1929, in whole messages, as they come on a loopback. */
async function answerSocks(socket: Socket, port: number, seen: string[]): Promise<void> {
  socket.on('error', () => undefined)
  const next = async () => ((await once(socket, 'data')) as [Buffer])[0]
  await next()
  socket.write(Buffer.of(5, 2))
  const login = (await next()).toString('latin1')
  if (!login.endsWith('right')) return void socket.end(Buffer.of(1, 1))
  socket.write(Buffer.of(1, 0))
  const asked = await next()
  seen.push(
    `${asked.subarray(5, 5 + (asked[4] ?? 0)).toString()}:${asked.readUInt16BE(asked.length - 2)}`,
  )
  const upstream = connect({ host: '127.0.0.1', port })
  upstream.on('error', () => undefined)
  socket.write(Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0))
  socket.pipe(upstream).pipe(socket)
}
