import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { ProxyOptions } from '../../../../main/proxy/proxy.ts'
import {
  answer,
  chunked,
  drip,
  listen,
  openProxy,
  post,
  type ProxyUnderTest,
} from './with-proxy.ts'

let proxy: ProxyUnderTest
let engine: Socket
let heard: ReturnType<typeof listen>

async function open(serve?: (socket: Socket) => void, options: Partial<ProxyOptions> = {}) {
  const arrived = Promise.withResolvers<undefined>()
  const use = (socket: Socket) => {
    engine = socket
    heard = listen(socket)
    arrived.resolve(undefined)
  }
  proxy = await openProxy(serve ?? use, options)
  const client = proxy.dial()
  if (!serve) await arrived.promise
  return { client, said: listen(client) }
}

afterEach(async () => {
  expect(proxy.bugs).toEqual([])
  await proxy[Symbol.asyncDispose]()
})

const get = 'GET /v1.47/info HTTP/1.1\r\nHost: d\r\n\r\n'
const bound = {
  HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '1' }] } },
}

describe('what no rule is about', () => {
  const upload = `POST /build HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTrailer: Sum\r\n\r\n${chunked('abc'.repeat(50), 7).slice(0, -2)}Sum: 7\r\n\r\n`
  const all = get + upload + post('/containers/x/start', '') + 'HEAD /_ping HTTP/1.1\r\n\r\n' + get
  const answers = [
    answer('{"a":1}'),
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunked('out'.repeat(40), 11)}`,
    'HTTP/1.1 204 No Content\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n',
    answer('{"b":"e"}'),
  ].join('')

  test('passes byte for byte, pipelined in one piece', async () => {
    const { client, said } = await open()
    client.write(all)
    expect(await heard.bytes(all.length)).toBe(all)
    engine.write(answers)
    expect(await said.bytes(answers.length)).toBe(answers)
  })

  test('passes byte for byte when it comes byte by byte', { timeout: 20_000 }, async () => {
    const { client, said } = await open()
    await drip(client, all)
    expect(await heard.bytes(all.length)).toBe(all)
    await drip(engine, answers)
    expect(await said.bytes(answers.length)).toBe(answers)
    // And it has not lost count: the next is still looked into.
    const create = post('/containers/create', bound)
    await drip(client, create)
    expect(await heard.until('0.0.0.0')).toContain('dev.berth.published')
  })

  test('passes however it is split', { timeout: 20_000 }, async () => {
    const create = post('/containers/create', bound)
    for (let size = 2; size < 60; size += 7) {
      const { client, said } = await open()
      const step = size
      for (let at = 0; at < all.length; at += step) {
        client.write(all.slice(at, at + step))
        await new Promise((resolve) => setImmediate(resolve))
      }
      expect(await heard.bytes(all.length)).toBe(all)
      for (let at = 0; at < answers.length; at += step) {
        engine.write(answers.slice(at, at + step))
        await new Promise((resolve) => setImmediate(resolve))
      }
      expect(await said.bytes(answers.length)).toBe(answers)
      client.write(create)
      await heard.until('0.0.0.0')
      await proxy[Symbol.asyncDispose]()
    }
    await open()
  })

  test('waits with more requests than an engine has in hand', async () => {
    const { client, said } = await open()
    client.write(get.repeat(200) + post('/containers/create', bound))
    for (let sent = 64; sent <= 192; sent += 64) {
      expect((await heard.bytes(sent * get.length)).length).toBe(sent * get.length)
      engine.write(answer('1').repeat(64))
    }
    await said.bytes(192 * answer('1').length)
    expect(await heard.until('0.0.0.0')).toContain(get.repeat(200))
  })

  test('passes with headers of 64 KiB', async () => {
    const { client } = await open()
    const long = get.replace('\r\n\r\n', `\r\nX-Registry-Auth: ${'a'.repeat(65_536)}\r\n\r\n`)
    client.write(long + post('/containers/create', bound))
    expect(await heard.until('0.0.0.0')).toContain(long)
  })

  test.each([
    ['headers without an end', `GET /x HTTP/1.1\r\nX: ${'y'.repeat(300 * 1024)}`],
    ['another protocol', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0'],
    ['two lengths', 'POST /x HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nabc'],
    ['no chunk', 'POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nnothing of the kind\r\n'],
    ['a bare start', 'GET'],
  ])('passes as it is, and what follows: %s', async (_, odd) => {
    const { client, said } = await open()
    client.write(odd)
    if (odd.length > 3) {
      expect(await heard.bytes(odd.length)).toBe(odd)
      client.write(get)
    }
    client.end()
    expect(await heard.end()).toBe(odd.length > 3 ? odd + get : odd)
    engine.write('what the engine says')
    engine.end()
    expect(await said.end()).toBe('what the engine says')
  })

  test('passes an answer that only the end of the connection ends', async () => {
    const { client, said } = await open()
    client.write(get)
    await heard.until('\r\n\r\n')
    engine.end('HTTP/1.0 200 OK\r\n\r\nsome\0bytes')
    expect(await said.end()).toBe('HTTP/1.0 200 OK\r\n\r\nsome\0bytes')
  })
})

describe('a connection that leaves HTTP', () => {
  const upgrade = post('/exec/1/start', { Tty: false }, ['Connection: Upgrade', 'Upgrade: tcp'])
  const agreed = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n'

  test('is carried raw both ways, and its ends are independent', async () => {
    const { client, said } = await open()
    client.write(upgrade)
    expect(await heard.bytes(upgrade.length)).toBe(upgrade)
    engine.write(agreed)
    await said.bytes(agreed.length)
    const stdin = `${post('/containers/create', bound)}\0\x01`
    client.end(stdin)
    expect(await heard.end()).toBe(upgrade + stdin)
    engine.write('after the end')
    await said.until('after the end')
    engine.end('!')
    expect(await said.end()).toBe(`${agreed}after the end!`)
  })

  test('lets the engine end first', async () => {
    const { client, said } = await open()
    client.write(upgrade)
    await heard.bytes(upgrade.length)
    engine.end(`${agreed}out`)
    expect(await said.end()).toBe(`${agreed}out`)
    client.end('late')
    expect(await heard.end()).toBe(`${upgrade}late`)
  })

  test('keeps what the client says too early, until the engine has agreed', async () => {
    const { client } = await open()
    const early = post('/containers/create', bound)
    client.end(upgrade + early)
    await heard.bytes(upgrade.length)
    engine.write(agreed)
    expect(await heard.end()).toBe(upgrade + early)
  })

  test('stays with HTTP when the engine does not agree', async () => {
    const { client, said } = await open()
    client.write(upgrade)
    await heard.bytes(upgrade.length)
    engine.write('HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}')
    await said.until('{}')
    client.write(post('/containers/create', bound))
    expect(await heard.until('0.0.0.0')).toContain('dev.berth.published')
  })

  test('also without a word of it: an attach of an old client', async () => {
    const { client, said } = await open()
    const attach = post('/v1.40/containers/x/attach?stdin=1', '')
    client.write(attach)
    await heard.bytes(attach.length)
    engine.write('HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n')
    await said.until('\r\n\r\n')
    client.end(get)
    expect(await heard.end()).toBe(attach + get)
    engine.end('x')
    await said.end()
  })
})
