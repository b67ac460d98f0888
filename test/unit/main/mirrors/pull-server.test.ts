import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { secretHeader } from '../../../../main/mirrors/pull-address.ts'
import { openPullServer, type PullServerParts } from '../../../../main/mirrors/pull-server.ts'

const secret = '5'.repeat(64)

async function open(port: number, limits?: PullServerParts['limits']) {
  const log = { failure: () => undefined }
  const parts = { wanted: { port, secret }, log, source: {}, limits }
  const server = await openPullServer(parts as unknown as PullServerParts)
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

test('whoever has taken the port, and was shown the secret there, knows none that counts', async () => {
  const other = createServer()
  other.listen(0, '127.0.0.1')
  await once(other, 'listening')
  onTestFinished(() => void other.close())
  const { port } = other.address() as AddressInfo
  const { address } = await open(port)
  expect(address.port).not.toBe(port)
  expect(address.secret).toMatch(/^[0-9a-f]{64}$/)
  expect(address.secret).not.toBe(secret)
})

test('the address of the last time is kept where it can be had', async () => {
  const first = await open(0)
  expect(first.address.secret).toBe(secret)
  const { address } = first
  await first[Symbol.asyncDispose]()
  const again = await open(address.port)
  expect(again.address).toEqual(address)
  const answer = await fetch(`http://127.0.0.1:${address.port}/`, {
    headers: { [secretHeader]: secret },
  })
  expect(answer.status).toBe(404)
})

test('whoever does not come to the end of a question is not waited for', async () => {
  const { address } = await open(0, { headersMs: 100, connections: 512 })
  const socket = connect(address.port, '127.0.0.1')
  socket.write('GET /v2/ HTTP/1.1\r\nhost: a\r\n')
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /)
})

test('no more than so many are let in at once', async () => {
  const { address } = await open(0, { headersMs: 10_000, connections: 1 })
  const question = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n'
  const first = connect(address.port, '127.0.0.1')
  first.write(question)
  await once(first, 'data')
  const second = connect(address.port, '127.0.0.1').on('error', () => undefined)
  second.write(question)
  let told = ''
  second.on('data', (bytes: Buffer) => (told += String(bytes)))
  await once(second, 'close')
  expect(told).toBe('')
  first.destroy()
})
