import type { Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
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
const refusing: Partial<ProxyOptions> = {
  folders: () => ({ toGuest: () => ({ kind: 'not-shared' }), toHost: (path) => path }),
}
const refused = { HostConfig: { Binds: ['/secret:/x'] } }

describe('a request that a rule rewrites', () => {
  test('comes in chunks with trailers, byte by byte', { timeout: 20_000 }, async () => {
    const { client } = await open()
    const body = chunked(JSON.stringify(bound), 9).slice(0, -2)
    await drip(
      client,
      `POST /containers/create HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTrailer: S\r\nX: é\r\n\r\n${body}S: 1\r\n\r\n${get}`,
    )
    const text = await heard.until(get)
    const [head = '', sent = ''] = text.split('\r\n\r\n')
    expect(head.split('\r\n')).toEqual([
      'POST /containers/create HTTP/1.1',
      'X: é',
      `Content-Length: ${sent.length - 'GET /v1.47/info HTTP/1.1\r\nHost: d'.length}`,
    ])
    expect(sent).toContain('"HostIp":"0.0.0.0"')
  })

  test('is let go as it came when there is nothing to do', async () => {
    const { client } = await open()
    const plain = post('/containers/create?name=x', '{ "Image" :"a", "N":12345678901234567890 }')
    client.write(plain + get)
    expect(await heard.bytes(plain.length + get.length)).toBe(plain + get)
  })

  test('is asked for when its client waits for leave to send it', async () => {
    const { client, said } = await open()
    const text = post('/containers/create', bound, ['Expect: 100-continue'])
    const [head = '', body = ''] = text.split('\r\n\r\n')
    client.write(`${head}\r\n\r\n`)
    expect(await said.until('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    client.write(body)
    expect(await heard.until('0.0.0.0')).not.toContain('Expect')
  })

  test('is let go as far as it came when its client ends or leaves', async () => {
    const { client } = await open()
    const half = post('/containers/create', bound).slice(0, -10)
    client.end(half)
    expect(await heard.end()).toBe(half)
    await proxy[Symbol.asyncDispose]()
    const other = await open()
    other.client.write(half)
    other.client.destroy()
    expect(half.startsWith(await heard.end())).toBe(true)
  })

  test('is let go as it is when it is larger than any', async () => {
    const { client } = await open()
    const large = post('/containers/create', { ...bound, Pad: 'p'.repeat(17 * 1024 * 1024) })
    client.write(large)
    const text = await heard.bytes(large.length)
    expect(text === large).toBe(true)
    client.write(post('/containers/create', bound))
    expect((await heard.bytes(large.length + 100)).slice(large.length)).toContain('0.0.0.0')
  })
})

describe('a request that a rule refuses', () => {
  test('is answered in its turn, and the engine never hears of it', async () => {
    const { client, said } = await open(undefined, refusing)
    client.write(get + post('/v1.51/containers/create', refused) + get)
    expect(await heard.bytes(2 * get.length)).toBe(get + get)
    expect(said.heard).toBe('')
    engine.write(answer('1').slice(0, 20))
    engine.write(answer('1').slice(20) + answer('2'))
    const text = await said.until('\r\n\r\n2')
    const [first, second, third] = text.split('HTTP/1.1 ').slice(1)
    expect(first).toContain('\r\n\r\n1')
    expect(second).toMatch(/^400 Bad Request\r\n.*\r\n\r\n\{"message":"not shared: \/secret"\}\n$/s)
    expect(third).toContain('\r\n\r\n2')
  })

  test('ends a connection that was to be closed after it', async () => {
    const { client, said } = await open(undefined, refusing)
    client.write(post('/containers/create', refused, ['Connection: close']))
    expect(await said.end()).toContain('Connection: close')
    client.end()
    await heard.end()
    engine.end()
  })

  test('does not fill the memory for a client that never reads', { timeout: 30_000 }, async () => {
    const { client } = await open(undefined, refusing)
    client.pause()
    const many = post('/containers/create', refused).repeat(1000)
    let written = 0
    while (client.write(many) || written < 400) {
      written++
      if (client.writableNeedDrain) {
        const drained = await Promise.race([
          new Promise<boolean>((resolve) => client.once('drain', () => resolve(true))),
          new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 500)),
        ])
        if (!drained) break
      }
    }
    expect(client.writableNeedDrain).toBe(true)
    client.destroy()
  })
})

describe('an answer that a rule restores', () => {
  const labels = { 'dev.berth.published': '{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"1"}]}' }
  const details = (pad: number) =>
    JSON.stringify({
      Big: 'ü'.repeat(pad),
      HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '1' }] } },
      Config: { Labels: labels },
    })
  const inspect = 'GET /v1.47/containers/x/json HTTP/1.1\r\nHost: d\r\n\r\n'

  test.each([
    ['by its length', (body: string) => answer(body)],
    [
      'in chunks',
      (body: string) =>
        `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(body, 4096)}`,
    ],
  ])('is whole at a megabyte, sent %s', async (_, frame) => {
    const { client, said } = await open()
    client.write(inspect + get)
    await heard.bytes(inspect.length + get.length)
    const body = Buffer.from(details(500_000)).toString('latin1')
    engine.write(Buffer.from(frame(body) + answer('last'), 'latin1'))
    const text = await said.until('last')
    expect(text).not.toContain('0.0.0.0')
    expect(text).toContain('"HostIp":"127.0.0.1"')
    const sent = text.slice(text.indexOf('\r\n\r\n') + 4, text.lastIndexOf('HTTP/1.1'))
    expect(text).toContain(`Content-Length: ${sent.length}`)
    expect(sent.includes('Ã¼'.repeat(500_000))).toBe(true)
  })

  test('is whole when only the end of the connection tells', async () => {
    const { client, said } = await open()
    client.write(inspect.replace('1.1', '1.0'))
    await heard.bytes(inspect.length)
    engine.end(`HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n${details(0)}`)
    const text = await said.end()
    expect(text).toContain('"HostIp":"127.0.0.1"')
    const sent = text.slice(text.indexOf('\r\n\r\n') + 4)
    expect(text).toContain(`Content-Length: ${sent.length}\r\n`)
    expect(JSON.parse(sent)).toMatchObject({ Config: { Labels: {} } })
  })

  test('stays as it came without the label, and when the engine hangs up in its midst', async () => {
    const { client, said } = await open()
    client.write(inspect + inspect)
    await heard.bytes(2 * inspect.length)
    const plain = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunked('{"a": 12345678901234567890}', 5)}`
    engine.write(plain)
    expect(await said.bytes(plain.length)).toBe(plain)
    const cut = answer(details(5)).slice(0, -30)
    engine.end(cut)
    expect(await said.end()).toBe(plain + Buffer.from(cut).toString('latin1'))
  })
})

describe('back-pressure', () => {
  test('a reader that sleeps stops the engine', async () => {
    let written = 0
    const { client } = await open((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
        const chunk = Buffer.from(`100000\r\n${'x'.repeat(1024 * 1024)}\r\n`)
        const more = () => {
          while (socket.write(chunk)) written += chunk.length
          written += chunk.length
        }
        socket.on('drain', more)
        more()
      })
    })
    client.pause()
    client.write(get)
    let before = -1
    while (written !== before) {
      before = written
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    expect(written).toBeGreaterThan(0)
    expect(written).toBeLessThan(16 * 1024 * 1024)
    client.destroy()
  })

  test('an engine that sleeps stops the client', async () => {
    const { client } = await open((socket) => socket.pause())
    client.write('POST /images/load HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n')
    let written = 0
    const chunk = Buffer.alloc(1024 * 1024)
    const more = () => {
      while (client.write(chunk)) written += chunk.length
    }
    client.on('drain', more)
    more()
    let before = -1
    while (written !== before) {
      before = written
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    expect(written).toBeLessThan(16 * 1024 * 1024)
    client.destroy()
  })

  test('a long answer comes whole after both have ended', { timeout: 30_000 }, async () => {
    const size = 64 * 1024 * 1024
    const { client } = await open((socket) => {
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
        socket.end(Buffer.alloc(size, 'abcdefg'))
      })
    })
    client.removeAllListeners('data')
    client.end(get)
    const text = await buffer(client)
    expect(text.length).toBe(size + `HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`.length)
  })
})
