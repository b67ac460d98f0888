import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createLocalPorts } from '../../../../main/ports/local-ports.ts'
import type { RelayOptions } from '../../../../main/ports/host-ports.ts'
import { isLoopback } from '../../../../main/ports/tcp-relay.ts'

const host = createLocalPorts()
const tcp = (address: string, port: number) => ({ protocol: 'tcp' as const, address, port })
const udp = (address: string, port: number) => ({ protocol: 'udp' as const, address, port })

/** Relays for as long as the test lasts. */
async function relayed(options: RelayOptions): Promise<void> {
  const relay = await host.relay(options)
  onTestFinished(() => relay[Symbol.asyncDispose]())
}

/** Answers on 127.0.0.1 with what it was told, once that has ended. */
async function serve(answer: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe('a relay of connections', () => {
  test('carries both directions of ::1 to 127.0.0.1, each to its own end', async () => {
    const port = await serve((socket) => {
      void text(socket).then((said) => socket.end(`heard ${said}`))
    })
    await relayed({
      place: tcp('::1', port),
      isForComputer: true,
      target: { port },
    })
    const socket = connect({ host: '::1', port, allowHalfOpen: true })
    socket.end('hello')
    expect(await text(socket)).toBe('heard hello')
  })

  test('carries 20 MB unchanged in length while the reader is slow', async () => {
    const size = 20_000_000
    const port = await serve((socket) => {
      socket.end(Buffer.alloc(size))
    })
    await relayed({
      place: tcp('::1', port),
      isForComputer: true,
      target: { port },
    })
    const socket = connect({ host: '::1', port })
    let got = 0
    for await (const chunk of socket) {
      got += (chunk as Buffer).length
      if (got < 1_000_000) await delay(1)
    }
    expect(got).toBe(size)
  })

  test('hangs up on a caller when what it leads to cannot be opened', async () => {
    const port = await host.findFree({ protocol: 'tcp', address: '127.0.0.1' })
    await relayed({
      place: tcp('127.0.0.1', port),
      isForComputer: true,
      target: { open: () => Promise.reject(new Error('no way in')) },
    })
    const socket = connect({ host: '127.0.0.1', port })
    socket.on('error', () => undefined)
    socket.resume()
    await once(socket, 'close')
  })

  test('is gone with all of its connections once it is disposed', async () => {
    const port = await serve(() => undefined)
    const relay = await host.relay({
      place: tcp('::1', port),
      isForComputer: true,
      target: { port },
    })
    const socket = connect({ host: '::1', port })
    await once(socket, 'connect')
    const closed = once(socket, 'close')
    socket.on('error', () => undefined)
    await relay[Symbol.asyncDispose]()
    await closed
    expect(await host.probe(tcp('::1', port))).toBeUndefined()
  })

  test('knows who is of this computer', () => {
    for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])
      expect(isLoopback(address)).toBe(true)
    for (const address of ['192.168.1.7', '::ffff:10.0.0.1', 'fe80::1', undefined])
      expect(isLoopback(address)).toBe(false)
  })
})

test('a relay of datagrams gives each caller its own answers', async () => {
  const server = createSocket('udp4')
  server.on('message', (message, from) => {
    server.send(`heard ${message.toString()}`, from.port, from.address)
  })
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  await relayed({
    place: udp('::1', port),
    isForComputer: true,
    target: { port },
  })
  const ask = async (said: string) => {
    const socket = createSocket('udp6')
    const answer = once(socket, 'message')
    socket.send(said, port, '::1')
    const [message] = (await answer) as [Buffer]
    socket.close()
    return message.toString()
  }
  expect(await Promise.all(['a', 'b', 'c'].map(ask))).toEqual(['heard a', 'heard b', 'heard c'])
  server.close()
})

describe('a probe', () => {
  test('tells a taken port from a free one, for both protocols', async () => {
    const port = await serve(() => undefined)
    expect(await host.probe(tcp('127.0.0.1', port))).toBe('EADDRINUSE')
    expect(await host.probe(tcp('0.0.0.0', port))).toBe('EADDRINUSE')
    expect(await host.probe(tcp('::1', port))).toBeUndefined()
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    expect(await host.probe(udp('127.0.0.1', socket.address().port))).toBe('EADDRINUSE')
    socket.close()
  })

  test('leaves nothing behind', async () => {
    const port = await host.findFree({ protocol: 'tcp', address: '127.0.0.1' })
    for (let turn = 0; turn < 3; turn++)
      expect(await host.probe(tcp('127.0.0.1', port))).toBeUndefined()
  })

  test('names an address that this computer does not have', async () => {
    expect(await host.probe(tcp('192.0.2.1', 8080))).toBe('EADDRNOTAVAIL')
  })
})
