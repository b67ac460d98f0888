import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectSsh, type SshConnection } from '../../../../vm/ssh/connection.ts'
import { createForward, type Forward } from '../../../../vm/ssh/forward.ts'
import { startSshServer, type SshServer } from '../../../support/ssh-server.ts'

const options = { timeoutMs: 5000, signal: new AbortController().signal }
let folder: string
let guestSocket: string
let hostSocket: string
let ssh: SshServer
let connection: SshConnection
let guest: Server
let forward: Forward
let serve: (socket: Socket) => void
const refusals: Error[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-fwd-'))
  guestSocket = join(folder, 'guest.sock')
  hostSocket = join(folder, 'docker.sock')
  guest = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined)
    serve(socket)
  })
  await listening(guest, guestSocket)
  ssh = await startSshServer()
  connection = await connectSsh(ssh, options)
  forward = await open()
})

afterEach(async () => {
  await forward[Symbol.asyncDispose]()
  await connection[Symbol.asyncDispose]()
  await ssh[Symbol.asyncDispose]()
  guest.close()
  await rm(folder, { recursive: true, force: true })
})

function open(): Promise<Forward> {
  return createForward({
    hostSocket,
    open: () => connection.openSocket(guestSocket),
    onRefused: (error) => refusals.push(error),
  })
}

describe('a server that dies', () => {
  test('is told when it hangs up before it answered', async () => {
    refusals.length = 0
    serve = (socket) => socket.once('data', () => socket.destroy())
    const client = dial()
    client.write('GET')
    await buffer(client).catch(() => undefined)
    expect(refusals.map(({ message }) => message)).toEqual(['hung up before it answered'])
  })

  test('is not told of one that answered, or whose client left first', async () => {
    refusals.length = 0
    serve = (socket) => socket.end('said')
    expect((await buffer(dial())).toString()).toBe('said')
    serve = (socket) => socket.once('end', () => socket.end())
    const client = dial()
    client.end()
    await buffer(client)
    expect(refusals).toEqual([])
  })
})

describe('the two directions', () => {
  test('20 MB come back whole', async () => {
    serve = (socket) => socket.pipe(socket)
    const sent = Buffer.alloc(20 * 1024 * 1024, 'abcdefg')
    const client = dial()
    client.end(sent)
    expect((await buffer(client)).equals(sent)).toBe(true)
  })

  test('the client ends its writing first and still reads the answer', async () => {
    serve = (socket) => {
      void buffer(socket).then((request) => socket.end(`got ${request.length}`))
    }
    const client = dial()
    client.end('12345')
    expect((await buffer(client)).toString()).toBe('got 5')
  })

  test('the guest ends its writing first and still reads what follows', async () => {
    const received = Promise.withResolvers<string>()
    serve = (socket) => {
      socket.end('early')
      void buffer(socket).then((rest) => {
        received.resolve(rest.toString())
      })
    }
    const client = dial()
    expect((await buffer(client)).toString()).toBe('early')
    client.end('late')
    expect(await received.promise).toBe('late')
  })

  test('a client that breaks off takes its guest end with it', async () => {
    const gone = Promise.withResolvers<undefined>()
    serve = (socket) => {
      socket.write('hello')
      socket.resume()
      socket.on('close', () => {
        gone.resolve(undefined)
      })
      socket.on('end', () => socket.end())
    }
    const client = dial()
    client.once('data', () => client.destroy())
    await gone.promise
  })

  test('a broken link ends its connections at once', async () => {
    serve = (socket) => socket.write('hello')
    const client = dial()
    client.once('data', () => {
      ssh.cut()
    })
    expect((await buffer(client)).toString()).toBe('hello')
    // Both directions are gone, not only the guest's.
    const { promise, resolve } = Promise.withResolvers<undefined>()
    client.on('close', () => {
      resolve(undefined)
    })
    client.write('x')
    await promise
  })

  test('a reader that sleeps stops the writer', async () => {
    let written = 0
    serve = (socket) => {
      const chunk = Buffer.alloc(1024 * 1024)
      const more = () => {
        while (socket.write(chunk)) written += chunk.length
        written += chunk.length
      }
      socket.on('drain', more)
      more()
    }
    const client = dial()
    client.pause()
    let before = -1
    // It must come to a stand by itself, far below what memory would hold.
    while (written !== before) {
      before = written
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
    expect(written).toBeGreaterThan(0)
    expect(written).toBeLessThan(32 * 1024 * 1024)
    client.destroy()
  })

  test('a hundred at once', async () => {
    serve = (socket) => socket.pipe(socket)
    const all = Array.from({ length: 100 }, async (_, at) => {
      const client = dial()
      client.end(`number ${at}`)
      return (await buffer(client)).toString()
    })
    expect(await Promise.all(all)).toEqual(Array.from({ length: 100 }, (_, at) => `number ${at}`))
  })

  test('a guest socket that nobody answers ends the connection and is told', async () => {
    guest.close()
    refusals.length = 0
    expect(await buffer(dial()).catch(() => 'reset')).toBeDefined()
    expect(refusals).toHaveLength(1)
  })
})

describe('the path', () => {
  test('is for this user only, and gone afterwards', async () => {
    expect((await stat(hostSocket)).mode & 0o777).toBe(0o600)
    await forward[Symbol.asyncDispose]()
    expect(await readdir(folder)).toEqual(['guest.sock'])
  })

  test('with a dead socket of ours is taken over', async () => {
    await forward[Symbol.asyncDispose]()
    await deadSocket(hostSocket)
    forward = await open()
    serve = (socket) => socket.end('alive')
    expect((await buffer(dial())).toString()).toBe('alive')
  })

  test('with somebody answering is left alone', async () => {
    await expect(open()).rejects.toMatchObject({
      code: 'socket-taken',
      params: { reason: 'in-use' },
    })
    serve = (socket) => socket.end('still here')
    expect((await buffer(dial())).toString()).toBe('still here')
  })

  test.each(['file', 'folder'])('with a %s is left alone', async (kind) => {
    await forward[Symbol.asyncDispose]()
    await (kind === 'file' ? writeFile(hostSocket, 'precious') : mkdir(hostSocket))
    await expect(open()).rejects.toMatchObject({ code: 'socket-taken', params: { reason: kind } })
    expect((await readdir(folder)).sort()).toEqual(['docker.sock', 'guest.sock'])
  })

  test('that was replaced by a file is not removed at the end', async () => {
    await rm(hostSocket)
    await writeFile(hostSocket, 'precious')
    expect(await forward.isInPlace()).toBe(false)
    await forward[Symbol.asyncDispose]()
    expect((await stat(hostSocket)).isFile()).toBe(true)
  })

  test('that was removed is bound again while connections go on', async () => {
    serve = (socket) => socket.pipe(socket)
    const client = dial()
    client.write('one ')
    await rm(hostSocket)
    expect(await forward.isInPlace()).toBe(false)
    await forward.rebind()
    expect(await forward.isInPlace()).toBe(true)
    const other = dial()
    other.end('new')
    expect((await buffer(other)).toString()).toBe('new')
    client.end('two')
    expect((await buffer(client)).toString()).toBe('one two')
  })

  test('that is being bound while the forward ends is gone afterwards', async () => {
    await rm(hostSocket)
    const rebinding = forward.rebind()
    await forward[Symbol.asyncDispose]()
    await rebinding
    await forward.rebind()
    expect(await readdir(folder)).toEqual(['guest.sock'])
  })

  test('that cannot be put in place leaves nothing behind', async () => {
    const before = await readdir(folder)
    hostSocket = `${join(folder, 'other.sock')}/`
    await expect(open()).rejects.toThrow()
    expect(await readdir(folder)).toEqual(before)
  })

  test('of more bytes than a system can bind is refused clearly', async () => {
    hostSocket = join(folder, 'é'.repeat(60))
    await expect(open()).rejects.toMatchObject({
      code: 'socket-path-too-long',
      params: { maxBytes: 103 },
    })
  })
})

function dial(): Socket {
  const socket = connect({ path: hostSocket, allowHalfOpen: true })
  socket.on('error', () => undefined)
  return socket
}

function listening(server: Server, path: string): Promise<undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  server.listen(path, () => {
    resolve(undefined)
  })
  return promise
}

/** A socket file whose owner is gone: bound under another name, which is the one that is removed at the end. */
async function deadSocket(path: string): Promise<void> {
  const server = createServer()
  await listening(server, `${path}.x`)
  await rename(`${path}.x`, path)
  const { promise, resolve } = Promise.withResolvers<undefined>()
  server.close(() => {
    resolve(undefined)
  })
  await promise
}
