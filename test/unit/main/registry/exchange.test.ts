import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { parseProxy } from '../../../../main/network/proxy-server.ts'
import { createAgents } from '../../../../main/registry/agents.ts'
import { exchange, leadsIn } from '../../../../main/registry/exchange.ts'

const deadlines = { connectMs: 5000, firstByteMs: 5000, stallMs: 5000 }

/** Ends with the test. */
async function listen(server: Server): Promise<URL> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/`)
}

function ask(url: URL, change: { signal?: AbortSignal; firstByteMs?: number } = {}) {
  const agents = createAgents()
  onTestFinished(() => agents[Symbol.dispose]())
  const { signal = new AbortController().signal, firstByteMs = 5000 } = change
  return exchange(url, { deadlines: { ...deadlines, firstByteMs }, signal, agents })
}

test('an answer that changes the protocol is none, and nobody waits for another', async () => {
  const url = await listen(
    createTcpServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () =>
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
        ),
      )
    }),
  )
  await expect(ask(url)).rejects.toMatchObject({ fault: 'cut' })
})

test('who leaves is let go at once', async () => {
  const server = createServer(() => undefined)
  const url = await listen(server)
  const gone = new AbortController()
  const asked = ask(url, { signal: gone.signal })
  await once(server, 'request')
  gone.abort()
  await expect(asked).rejects.toThrow()
  server.closeAllConnections()
})

test('a hundred questions at once do not wait for each other', async () => {
  const held: (() => void)[] = []
  const all = Promise.withResolvers<undefined>()
  const server = createServer((_request, response) => {
    held.push(() => response.end('ok'))
    if (held.length === 100) all.resolve(undefined)
  })
  const url = await listen(server)
  const agents = createAgents()
  onTestFinished(() => agents[Symbol.dispose]())
  const signal = new AbortController().signal
  const asked = Array.from({ length: 100 }, () => exchange(url, { deadlines, signal, agents }))
  await all.promise
  for (const answer of held) answer()
  for (const answer of await Promise.all(asked)) answer.discard()
})

test.each([
  ['https://a.example', 'https://b.example', false],
  ['https://a.example', 'http://a.example', true],
  ['http://a.example', 'http://b.example', false],
  ['https://a.example', 'https://127.0.0.1:1', true],
  ['http://a.example', 'http://localhost.:1', true],
  ['http://a.example', 'http://2130706433', true],
  ['http://a.example', 'http://[::ffff:127.0.0.1]', true],
  ['http://a.example', 'http://0.0.0.0', true],
  ['http://127.0.0.1:1', 'http://127.0.0.2:2', false],
])('from %s to %s is less safe: %s', (from, to, is) => {
  expect(leadsIn(new URL(from), new URL(to))).toBe(is)
})

test('a proxy that says nothing to CONNECT is given up in time, and named', async () => {
  const silent = await listen(createTcpServer((socket) => socket.on('error', () => undefined)))
  const proxy = parseProxy(silent.host)
  if (!proxy) throw new Error('no proxy')
  const agents = createAgents({ ways: { to: () => Promise.resolve([{ proxy }]) } })
  onTestFinished(() => agents[Symbol.dispose]())
  const asked = exchange(new URL('https://registry.example/v2/'), {
    deadlines: { connectMs: 100, firstByteMs: 60_000, stallMs: 60_000 },
    ...{ agents, signal: new AbortController().signal },
  })
  await expect(asked).rejects.toMatchObject({ fault: 'proxy', proxy: `http://${silent.host}` })
})
