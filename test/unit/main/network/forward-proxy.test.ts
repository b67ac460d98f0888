import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { openPullServer, type PullServerParts } from '../../../../main/mirrors/pull-server.ts'
import { toFailureReason } from '../../../../main/mirrors/refuse.ts'
import { ForwardProxy } from '../../../../main/network/forward-proxy.ts'
import { parseProxy } from '../../../../main/network/proxy-server.ts'
import { createAgents } from '../../../../main/registry/agents.ts'

const secret = '5'.repeat(64)
const shown = `proxy-authorization: Basic ${Buffer.from(`berth:${secret}`).toString('base64')}`

/** A proxy of the company that keeps what it is told, and says nothing by itself. */
async function startSilentProxy() {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined))
    server.emit('asked', socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const asked = async () => ((await once(server, 'asked')) as [Socket])[0]
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const away = 'http://127.0.0.1:1'

/** Ours, which leads by the proxies that are given, the best first. */
async function startOurs(...proxies: string[]) {
  const found = (proxies.length === 0 ? [away] : proxies).map((url) => ({ proxy: parseProxy(url) }))
  const ways = { to: () => Promise.resolve(found) }
  const agents = createAgents({ ways })
  const isSecret = (given: string | undefined) => given === secret
  const forward = new ForwardProxy({ ways, agents, isSecret, toReason: toFailureReason })
  const parts = { wanted: { port: 0, secret }, log: { failure: () => undefined }, forward }
  // Nothing is pulled here.
  const server = await openPullServer(parts as unknown as PullServerParts)
  onTestFinished(async () => {
    agents[Symbol.dispose]()
    await server[Symbol.asyncDispose]()
  })
  return (question: string) => {
    const socket = connect(server.address.port, '127.0.0.1').on('error', () => undefined)
    socket.write(question)
    return socket
  }
}

test.each(['http://1.2.3.999/', 'http://a.example:99999/'])(
  'what is no address is refused, and nothing is thrown: %s',
  async (address) => {
    const ask = await startOurs()
    const socket = ask(
      `GET ${address} HTTP/1.1\r\nhost: a\r\n${shown}\r\nconnection: close\r\n\r\n`,
    )
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 502 /)
  },
)

test('a question whose client has gone is not waited for', async () => {
  const proxy = await startSilentProxy()
  const ask = await startOurs(proxy.url)
  const asked = proxy.asked()
  const client = ask(`GET http://a.example/ HTTP/1.1\r\nhost: a.example\r\n${shown}\r\n\r\n`)
  const upstream = await asked
  await once(upstream, 'data')
  client.destroy()
  await once(upstream, 'close')
})

const hidden = 'GET http://b.example/ HTTP/1.1\r\nhost: b.example\r\n\r\n'

test.each([
  ['transfer-encoding: chunked', `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`],
  [`content-length: ${hidden.length}\r\nconnection: content-length`, hidden],
])('the body of a question never becomes the next one: %s', async (framing, body) => {
  const proxy = await startSilentProxy()
  const ask = await startOurs(proxy.url)
  const asked = proxy.asked()
  ask(`GET http://a.example/ HTTP/1.1\r\nhost: a.example\r\n${shown}\r\n${framing}\r\n\r\n${body}`)
  const upstream = await asked
  let told = ''
  while (!told.includes('b.example\r\n\r\n'))
    told += String(((await once(upstream, 'data')) as [Buffer])[0])
  expect(told.toLowerCase()).toContain(framing.split('\r\n')[0])
})

test.each([away, 'https://127.0.0.1:1', 'socks5://127.0.0.1:1'])(
  'a proxy that is away leaves plain HTTP to the next one, body and all: %s',
  async (first) => {
    const proxy = await startSilentProxy()
    const ask = await startOurs(first, proxy.url)
    const asked = proxy.asked()
    const head = `POST http://a.example/ HTTP/1.1\r\nhost: a.example\r\n${shown}\r\n`
    const client = ask(`${head}content-length: 4\r\n\r\nbody`)
    const upstream = await asked
    let told = ''
    while (!told.endsWith('\r\n\r\nbody'))
      told += String(((await once(upstream, 'data')) as [Buffer])[0])
    expect(told).toMatch(/^POST http:\/\/a\.example\/ HTTP\/1\.1\r\n/)
    upstream.write('HTTP/1.1 204 Done\r\n\r\n')
    expect(String(((await once(client, 'data')) as [Buffer])[0])).toMatch(/^HTTP\/1\.1 204 Done/)
  },
)

test('it is told that every proxy is away', async () => {
  const ask = await startOurs(away, away)
  const question = `GET http://a.example/ HTTP/1.1\r\nhost: a\r\n${shown}\r\n`
  expect(await text(ask(`${question}connection: close\r\n\r\n`))).toMatch(
    /^HTTP\/1\.1 502 .*\(proxy by http:\/\/127\.0\.0\.1:1\)/,
  )
})
