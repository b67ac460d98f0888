import { readdir } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mkdtemp, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createProxy } from '../../../../main/proxy/proxy.ts'
import { connectSsh } from '../../../../vm/ssh/connection.ts'
import { createForward } from '../../../../vm/ssh/forward.ts'
import { startSshServer } from '../../../support/ssh-server.ts'
import { answer } from './with-proxy.ts'

// The whole way of a client, with a real ssh connection in it; `serve` plays the engine's part.
let stack: AsyncDisposableStack
let hostSocket: string
let serve: (socket: Socket) => void
let guest: Server
const inGuest = new Set<Socket>()

const ping = 'GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n'
const pong = answer('OK')

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'berth-many-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const guestSocket = join(folder, 'guest.sock')
  hostSocket = join(folder, 'docker.sock')
  serve = (socket) => socket.on('data', () => socket.write(pong))
  guest = createServer({ allowHalfOpen: true }, (socket) => {
    inGuest.add(socket)
    socket.on('close', () => inGuest.delete(socket))
    socket.on('error', () => undefined)
    socket.on('end', () => socket.end())
    serve(socket)
  })
  guest.listen(guestSocket)
  await once(guest, 'listening')
  stack.defer(() => void guest.close())
  const ssh = stack.use(await startSshServer())
  const options = { timeoutMs: 5000, signal: new AbortController().signal }
  const connection = stack.use(await connectSsh(ssh, options))
  const present = createProxy({
    ...{ hostSocket, notShared: String, portTaken: String },
    log: { write: () => undefined, failure: (event) => expect.unreachable(event) },
  })
  const open = () => connection.openSocket(guestSocket)
  stack.use(await createForward({ hostSocket, open, present, onRefused: () => undefined }))
})
afterEach(() => stack.disposeAsync())

function dial(): Socket {
  const socket = connect({ path: hostSocket })
  socket.on('error', () => undefined)
  return socket
}

async function isAnswered(): Promise<boolean> {
  const socket = dial()
  socket.write(ping)
  const [text]: unknown[] = await once(socket, 'data')
  socket.destroy()
  await once(socket, 'close')
  return String(text).endsWith('OK')
}

async function openFiles(): Promise<number> {
  return (await readdir('/proc/self/fd')).length
}

describe.runIf(process.platform === 'linux')('clients that leave', () => {
  test.each([
    [1000, 'before they say anything', ''],
    [200, 'in the middle of a head', 'GET /_pi'],
    [
      200,
      'in the middle of a body that a rule waits for',
      'POST /containers/create HTTP/1.1\r\nContent-Length: 999\r\n\r\n{"a',
    ],
    [
      200,
      'in the middle of an upload',
      'POST /images/load HTTP/1.1\r\nContent-Length: 99999\r\n\r\nabc',
    ],
    [200, 'without reading their answer', ping],
  ])('%i of them, %s, leave nothing open', { timeout: 60_000 }, async (count, _, said) => {
    expect(await isAnswered()).toBe(true)
    const before = await openFiles()
    for (let gone = 0; gone < count; gone += 50) {
      const clients = Array.from({ length: 50 }, dial)
      await Promise.all(clients.map((client) => once(client, 'connect')))
      for (const client of clients) if (said !== '') client.write(said)
      for (const client of clients) client.destroy()
    }
    expect(await isAnswered()).toBe(true)
    await vi.waitFor(
      async () => {
        expect(inGuest.size).toBe(0)
        expect(await openFiles()).toBeLessThanOrEqual(before)
      },
      { timeout: 15_000 },
    )
  })
})

describe('a reader that sleeps on a long answer', () => {
  test('stops its writer, and all others are answered at once', { timeout: 60_000 }, async () => {
    let written = 0
    serve = (socket) =>
      socket.once('data', (asked: Buffer) => {
        if (!asked.includes('/get')) {
          socket.write(pong)
          return
        }
        const chunk = Buffer.alloc(1024 * 1024)
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${500 * chunk.length}\r\n\r\n`)
        const more = () => {
          do written += chunk.length
          while (socket.write(chunk) && written < 500 * chunk.length)
        }
        socket.on('drain', more)
        more()
      })
    const sleeper = dial()
    sleeper.pause()
    sleeper.write(ping.replace('_ping', 'images/a/get'))
    let before = -1
    while (written !== before) {
      before = written
      for (let asked = 0; asked < 20; asked += 1) expect(await isAnswered()).toBe(true)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    expect(written).toBeLessThan(16 * 1024 * 1024)
    sleeper.destroy()
    await vi.waitFor(() => expect(inGuest.size).toBe(0))
  })
})
