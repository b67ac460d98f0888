import type { Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { answer, chunked, listen, openProxy, type ProxyUnderTest } from './with-proxy.ts'

let proxy: ProxyUnderTest
let engine: Socket
let client: Socket
let said: ReturnType<typeof listen>
let heard: ReturnType<typeof listen>

const ask = (path = '/v1.47/events', version = '1.1') =>
  `GET ${path} HTTP/${version}\r\nHost: d\r\n\r\n`
const begin =
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'
const label =
  '"dev.berth.published":"{\\"80/tcp\\":[{\\"HostIp\\":\\"127.0.0.1\\",\\"HostPort\\":\\"1\\"}]}"'
const event = (labels: string, id = 12345678901234567890n) =>
  `{"Action":"start","Actor":{"ID":"a","Attributes":{${labels}}},"timeNano":${id}}\n`
const labelled = event(`"a":"ü",${label},"name":"web"`)
const plain = event('"a":"ü","name":"web"')
const chunk = (text: string) => {
  const bytes = Buffer.from(text).toString('latin1')
  return Buffer.from(`${bytes.length.toString(16)}\r\n${bytes}\r\n`, 'latin1')
}
const body = () => {
  const text = said.heard.slice(said.heard.indexOf('\r\n\r\n') + 4)
  const parts: string[] = []
  for (let at = 0; at < text.length;) {
    const start = text.indexOf('\r\n', at) + 2
    const size = Number.parseInt(text.slice(at, start), 16)
    parts.push(text.slice(start, start + size))
    at = start + size + 2
  }
  return Buffer.from(parts.join(''), 'latin1').toString()
}

beforeEach(async () => {
  const arrived = Promise.withResolvers<undefined>()
  proxy = await openProxy((socket) => {
    engine = socket
    heard = listen(socket)
    arrived.resolve(undefined)
  })
  client = proxy.dial()
  said = listen(client)
  await arrived.promise
})

afterEach(async () => {
  client.destroy()
  expect(proxy.bugs).toEqual([])
  await proxy[Symbol.asyncDispose]()
})

test('an event comes at once and without our label, and its other bytes as they were', async () => {
  client.write(ask())
  await heard.until('\r\n\r\n')
  engine.write(begin)
  engine.write(chunk(labelled))
  await said.until('timeNano')
  await said.until('}\n\r\n')
  expect(body()).toBe(plain)
})

test('an event is whole however the engine cuts it up', async () => {
  client.write(ask() + ask('/v1.47/info'))
  await heard.until('info')
  const lines = Buffer.from(plain + labelled + labelled + plain).toString('latin1')
  engine.write(Buffer.from(begin + chunked(lines, 7) + answer('last'), 'latin1'))
  const text = await said.until('last')
  expect(text).not.toContain('dev.berth')
  expect(text.match(/timeNano/g)).toHaveLength(4)
  expect(text).toContain('0\r\n\r\nHTTP/1.1 200 OK')
})

test('events without it pass as the bytes that came, also after one that was changed', async () => {
  client.write(ask())
  await heard.until('\r\n\r\n')
  const odd = `00${Buffer.from(plain).length.toString(16)};ext=1\r\n${plain}\r\n`
  engine.write(Buffer.concat([Buffer.from(begin), chunk(labelled)]))
  await said.until('}\n\r\n')
  engine.write(`${odd}0\r\nTrailer: 1\r\n\r\n`)
  const text = await said.until('Trailer: 1\r\n\r\n')
  expect(text).toBe(
    begin +
      chunk(plain).toString('latin1') +
      Buffer.from(odd).toString('latin1') +
      '0\r\nTrailer: 1\r\n\r\n',
  )
  expect(text).not.toContain('dev.berth')
})

test('what was begun goes on as it is when the engine hangs up', async () => {
  client.write(ask())
  await heard.until('\r\n\r\n')
  engine.end(Buffer.concat([Buffer.from(begin), chunk(plain), chunk('{"Actor":')]))
  await said.end()
  expect(body()).toBe(`${plain}{"Actor":`)
})

test('a client of HTTP/1.0 gets lines until the connection ends', async () => {
  client.write(ask('/v1.47/events', '1.0'))
  await heard.until('\r\n\r\n')
  const head = 'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n'
  engine.end(`${head}${labelled}`)
  expect(await said.end()).toBe(Buffer.from(head + plain).toString('latin1'))
})

test('whoever asks for the label sees it', async () => {
  client.write(ask('/v1.47/events?dev.berth.published=1'))
  await heard.until('\r\n\r\n')
  engine.write(Buffer.concat([Buffer.from(begin), chunk(labelled)]))
  await said.until('timeNano')
  expect(body()).toBe(labelled)
})

test('a line of two megabytes goes on as it is, and the next one by the rule', async () => {
  client.write(ask())
  await heard.until('\r\n\r\n')
  const long = `${'x'.repeat(2 * 1024 * 1024)}\n`
  engine.write(Buffer.concat([Buffer.from(begin), chunk(long), chunk(labelled)]))
  await said.until('timeNano')
  await said.until('}\n\r\n')
  expect(body()).toBe(long + plain)
})

test('what is no chunk any more passes as it comes', async () => {
  client.write(ask())
  await heard.until('\r\n\r\n')
  engine.write(Buffer.concat([Buffer.from(begin), chunk(labelled), Buffer.from('nonsense\r\n')]))
  expect(await said.until('nonsense\r\n')).toMatch(/nonsense\r\n$/)
})
