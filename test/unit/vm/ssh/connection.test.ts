import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectSsh } from '../../../../vm/ssh/connection.ts'
import { execOverSsh, quoteArguments } from '../../../../vm/ssh/exec.ts'
import { makePrivateKey } from '../../../../vm/ssh/keys.ts'
import { createSshLink } from '../../../../vm/ssh/link.ts'
import { startSshServer, type SshServer } from '../../../support/ssh-server.ts'

const options = { timeoutMs: 5000, signal: new AbortController().signal }
let server: SshServer
beforeEach(async () => {
  server = await startSshServer()
})
afterEach(() => server[Symbol.asyncDispose]())

test('the pinned host is believed and our key lets us in', async () => {
  await using connection = await connectSsh(server, options)
  expect(connection.client).toBeDefined()
  expect(server.attempts).toBeGreaterThan(0)
})

test('another host key is refused before any key of ours was tried', async () => {
  const other = await startSshServer()
  const dialling = connectSsh({ ...server, port: other.port }, options)
  await expect(dialling).rejects.toMatchObject({ code: 'ssh-host-key-mismatch' })
  expect(other.attempts).toBe(0)
  await other[Symbol.asyncDispose]()
})

test('a key that is not let in is its own failure', async () => {
  const stranger = makePrivateKey('stranger')
  const dialling = connectSsh({ ...server, privateKey: stranger }, options)
  await expect(dialling).rejects.toMatchObject({ code: 'ssh-key-refused' })
})

test('a port that accepts and says nothing costs no more than the deadline, or the signal', async () => {
  const mute = createServer()
  const listening = Promise.withResolvers<number>()
  mute.listen(0, '127.0.0.1', () => {
    const address = mute.address()
    listening.resolve(typeof address === 'object' && address ? address.port : 0)
  })
  const port = await listening.promise
  const began = performance.now()
  await expect(connectSsh({ ...server, port }, { ...options, timeoutMs: 100 })).rejects.toThrow(
    '100 ms',
  )
  const abort = new AbortController()
  const dialling = connectSsh({ ...server, port }, { timeoutMs: 5000, signal: abort.signal })
  abort.abort(new Error('enough'))
  await expect(dialling).rejects.toThrow('enough')
  expect(performance.now() - began).toBeLessThan(1000)
  mute.close()
})

test('a command gets its words as they are, its input, and gives all it wrote', async () => {
  await using connection = await connectSsh(server, options)
  const input = Buffer.alloc(300_000, 'x')
  const result = await execOverSsh(connection, ['a b', "it's", '$HOME', ''], { input })
  expect(result.code).toBe(7)
  expect(result.stdout.equals(input)).toBe(true)
  expect(result.stderr.toString()).toBe('to stderr')
  expect(server.commands).toEqual([`exec 'a b' 'it'\\''s' '$HOME' ''`])
  expect(quoteArguments(['a;b', '`c`'])).toBe("'a;b' '`c`'")
})

test('a command that ends in the moment it begins keeps its exit code', async () => {
  await using connection = await connectSsh(server, options)
  for (let round = 0; round < 20; round += 1) {
    const { code, stdout } = await execOverSsh(connection, ['at-once'])
    expect({ code, said: stdout.toString() }).toEqual({ code: 0, said: 'hi' })
  }
})

test('a command whose link breaks, or that is given up, rejects', async () => {
  await using connection = await connectSsh(server, options)
  const abort = new AbortController()
  const given = execOverSsh(connection, ['x'], { signal: abort.signal })
  abort.abort(new Error('enough'))
  await expect(given).rejects.toThrow('enough')
})

test('a stream that opens after it was given up is closed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-ssh-'))
  const path = join(folder, 'guest.sock')
  const opened = Promise.withResolvers<undefined>()
  const closed = Promise.withResolvers<undefined>()
  const guest = createServer((socket) => {
    opened.resolve(undefined)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      closed.resolve(undefined)
    })
    socket.resume()
  })
  const listening = Promise.withResolvers<undefined>()
  guest.listen(path, () => {
    listening.resolve(undefined)
  })
  await listening.promise
  await using connection = await connectSsh(server, options)
  const abort = new AbortController()
  const opening = connection.openSocket(path, abort.signal)
  abort.abort(new Error('enough'))
  await expect(opening).rejects.toThrow('enough')
  await opened.promise
  await closed.promise
  await expect(connection.openSocket(path, abort.signal)).rejects.toThrow('enough')
  guest.close()
  await rm(folder, { recursive: true })
})

const awake = { now: true, wait: () => Promise.resolve() }

test('a broken link is dialled anew at once, and who waits for it gets the new one', async () => {
  const changes: boolean[] = []
  const dial = (signal: AbortSignal) => connectSsh(server, { ...options, signal })
  const first = await dial(options.signal)
  await using link = createSshLink({
    ...{ first, dial, awake },
    onChange: (up) => changes.push(up),
  })
  server.cut()
  await first.closed
  const began = performance.now()
  const second = await link.connection(options.signal)
  expect(performance.now() - began).toBeLessThan(1000)
  expect(second).not.toBe(first)
  expect(changes).toEqual([false, true])
  link.drop()
  await second.closed
  expect(await link.connection(options.signal)).not.toBe(second)
})

test('a link that was let go dials no more', async () => {
  const dial = (signal: AbortSignal) => connectSsh(server, { ...options, signal })
  const link = createSshLink({
    ...{ first: await dial(options.signal), dial, awake },
    onChange: () => undefined,
  })
  await link[Symbol.asyncDispose]()
  const before = server.attempts
  await expect(link.connection(AbortSignal.timeout(200))).rejects.toThrow()
  expect(server.attempts).toBe(before)
  connect({ host: '127.0.0.1', port: server.port }).destroy()
})
