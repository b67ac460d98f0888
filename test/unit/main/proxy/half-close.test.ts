import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { answer, chunked, listen, openProxy, post, type ProxyUnderTest } from './with-proxy.ts'

// What a client and the engine say to each other in each kind of talk, and every way in which it can end.
const upgraded = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n'
const hijacked = 'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n'
const stream =
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'
const switching = ['Connection: Upgrade', 'Upgrade: tcp']
const upload = (path: string) =>
  `POST ${path} HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n`

const kinds = {
  exec: {
    asks: post('/v1.47/exec/1/start', { Tty: false }, switching),
    agrees: upgraded,
    says: '\0\x01\xffbytes',
  },
  'attach of an old client': {
    asks: post('/v1.40/containers/x/attach?stream=1&stdin=1', ''),
    agrees: hijacked,
    says: 'GET /containers/json HTTP/1.1\r\n\r\n',
  },
  build: {
    asks: upload('/v1.47/build?t=a'),
    agrees: stream,
    says: chunked('context'.repeat(900), 1000),
  },
  load: {
    asks: upload('/v1.47/images/load'),
    agrees: stream,
    says: chunked('tar'.repeat(3000), 4096),
  },
  events: { asks: 'GET /v1.47/events HTTP/1.1\r\nHost: d\r\n\r\n', agrees: stream, says: '' },
}
/** Whole lines in each chunk, as the engine writes them. */
const heard = chunked('{"status":"one"}\n'.repeat(300), 17 * 40)
const soonMs = 1000

let proxy: ProxyUnderTest
afterEach(async () => {
  expect(proxy.bugs).toEqual([])
  await proxy[Symbol.asyncDispose]()
})

async function open() {
  const arrived = Promise.withResolvers<Socket>()
  proxy = await openProxy(arrived.resolve)
  const client = proxy.dial()
  const engine = await arrived.promise
  return { client, engine, atClient: listen(client), atEngine: listen(engine) }
}

/** Resolves as `work` does. @throws when that is not soon */
async function soon<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`not within ${soonMs} ms`)), soonMs)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

describe.each(Object.entries(kinds))('%s', (_, { asks, agrees, says }) => {
  test('the client ends first, and still reads all that follows', async () => {
    const { client, engine, atClient, atEngine } = await open()
    client.write(asks)
    await soon(atEngine.bytes(asks.length))
    engine.write(agrees)
    client.end(Buffer.from(says, 'latin1'))
    expect(await soon(atEngine.end())).toBe(asks + says)
    engine.write(heard)
    engine.end('')
    expect(await soon(atClient.end())).toBe(agrees + heard)
  })

  test('the engine ends first, and still gets all that follows', async () => {
    const { client, engine, atClient, atEngine } = await open()
    client.write(asks)
    await soon(atEngine.bytes(asks.length))
    engine.end(agrees + heard)
    expect(await soon(atClient.end())).toBe(agrees + heard)
    client.end(Buffer.from(says, 'latin1'))
    expect(await soon(atEngine.end())).toBe(asks + says)
  })

  test('both end at once, and neither loses a byte', async () => {
    const { client, engine, atClient, atEngine } = await open()
    client.write(asks)
    await soon(atEngine.bytes(asks.length))
    client.end(Buffer.from(says, 'latin1'))
    engine.end(agrees + heard)
    expect(await soon(atClient.end())).toBe(agrees + heard)
    expect(await soon(atEngine.end())).toBe(asks + says)
    await soon(atClient.closed())
  })

  test('a client that never ends its side is told at once that the engine has', async () => {
    const { client, engine, atClient, atEngine } = await open()
    client.write(asks + says.slice(0, 5))
    await soon(atEngine.bytes(asks.length))
    engine.end(agrees + heard)
    expect(await soon(atClient.end())).toBe(agrees + heard)
    client.destroy()
    await soon(atEngine.closed())
  })

  test('an engine that never ends is told when the client hangs up', async () => {
    const { client, engine, atClient, atEngine } = await open()
    client.write(asks)
    await soon(atEngine.bytes(asks.length))
    engine.write(agrees)
    await soon(atClient.bytes(agrees.length))
    client.destroy()
    await soon(atEngine.end())
  })
})

test('an answer that is cut short is told as one that is cut short', async () => {
  const { client, engine, atClient, atEngine } = await open()
  client.write('GET /images/a/get HTTP/1.1\r\nHost: d\r\n\r\n')
  await soon(atEngine.until('\r\n\r\n'))
  const cut = answer('x'.repeat(100)).slice(0, -50)
  engine.end(cut)
  expect(await soon(atClient.end())).toBe(cut)
})
