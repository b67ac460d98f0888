import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createForward } from '../../../../vm/ssh/forward.ts'
import { createProxy, type ProxyOptions } from '../../../../main/proxy/proxy.ts'

export interface ProxyUnderTest extends AsyncDisposable {
  dial(): Socket
  hostSocket: string
  bugs: unknown[]
  written: string[]
}

/** A forward with the proxy in it, between unix sockets of this computer; `engine` plays the engine's part. */
export async function openProxy(
  engine: (socket: Socket) => void,
  options: Partial<ProxyOptions> = {},
): Promise<ProxyUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-proxy-'))
  const [guestSocket, hostSocket] = [join(folder, 'guest.sock'), join(folder, 'docker.sock')]
  const guest = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined)
    engine(socket)
  })
  guest.listen(guestSocket)
  await once(guest, 'listening')
  const bugs: unknown[] = []
  const written: string[] = []
  const present = createProxy({
    hostSocket,
    notShared: (path) => `not shared: ${path}`,
    portTaken: (port) => `${port} only once`,
    log: { write: (event) => written.push(event), failure: (_, error) => bugs.push(error) },
    ...options,
  })
  const forward = await createForward({
    hostSocket,
    present,
    async open() {
      const socket = connect({ path: guestSocket, allowHalfOpen: true })
      await once(socket, 'connect')
      return socket
    },
    onRefused: () => undefined,
  })
  return {
    hostSocket,
    bugs,
    written,
    dial() {
      const socket = connect({ path: hostSocket, allowHalfOpen: true })
      socket.on('error', () => undefined)
      return socket
    },
    async [Symbol.asyncDispose]() {
      await forward[Symbol.asyncDispose]()
      guest.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** What a socket has said so far, and a way to wait until that is enough. */
export function listen(socket: Socket) {
  let heard = ''
  let ended = false
  const waiting = new Set<() => void>()
  const look = () => {
    for (const check of waiting) check()
  }
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString('latin1')
    look()
  })
  socket.on('end', () => {
    ended = true
    look()
  })
  socket.on('close', look)
  const until = (enough: () => boolean): Promise<string> => {
    const { promise, resolve } = Promise.withResolvers<string>()
    const check = () => {
      if (enough()) resolve(heard)
    }
    waiting.add(check)
    check()
    return promise
  }
  return {
    get heard() {
      return heard
    },
    until: (text: string) => until(() => heard.includes(text)),
    bytes: (count: number) => until(() => heard.length >= count),
    end: () => until(() => ended),
    closed: () => until(() => socket.destroyed),
  }
}

/** Writes byte by byte, each in a piece of its own. */
export async function drip(socket: Socket, text: string): Promise<void> {
  for (const byte of Buffer.from(text, 'latin1')) {
    socket.write(Buffer.from([byte]))
    await new Promise((resolve) => setImmediate(resolve))
  }
}

export function post(path: string, body: unknown, headers: string[] = []): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const lines = [`POST ${path} HTTP/1.1`, 'Host: docker', 'Content-Type: application/json']
  const length = `Content-Length: ${Buffer.byteLength(text)}`
  return `${[...lines, length, ...headers].join('\r\n')}\r\n\r\n${text}`
}

export function answer(body: string, headers: string[] = []): string {
  const length = `Content-Length: ${Buffer.byteLength(body, 'latin1')}`
  const lines = ['HTTP/1.1 200 OK', 'Content-Type: application/json', length, ...headers]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

export function chunked(body: string, size: number): string {
  const chunks: string[] = []
  for (let at = 0; at < body.length; at += size) {
    const part = body.slice(at, at + size)
    chunks.push(`${part.length.toString(16)}\r\n${part}\r\n`)
  }
  return `${chunks.join('')}0\r\n\r\n`
}
