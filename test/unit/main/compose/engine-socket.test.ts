import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { duplexPair } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createEngineSocket } from '../../../../main/compose/engine-socket.ts'

test('each direction between guest and host ends on its own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-socket-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'docker.sock')
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    // The answer comes after the question's end.
    void text(socket).then((asked) => socket.end(`heard ${asked}`))
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  onTestFinished(() => void server.close())
  const [guest, ours] = duplexPair()
  createEngineSocket(path).onStream(ours)
  guest.end('a question')
  expect(await text(guest)).toBe('heard a question')
})

test('what the engine said before it closed reaches a slow reader', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-socket-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'docker.sock')
  const [guest, ours] = duplexPair()
  const written = vi.spyOn(ours, 'write')
  // Each is less than one side of a stream takes before it says that it is full, and all are more.
  const [bytes, pieces] = [20_000, 6]
  const { promise: gone, resolve } = Promise.withResolvers<undefined>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('close', () => {
      resolve(undefined)
    })
    void text(socket).then(async () => {
      for (let piece = 1; piece <= pieces; piece += 1) {
        socket.write(Buffer.alloc(bytes, 'x'))
        await vi.waitFor(() => expect(written).toHaveBeenCalledTimes(piece))
      }
      socket.end()
    })
  })
  await new Promise<void>((listening) => server.listen(path, listening))
  onTestFinished(() => void server.close())
  createEngineSocket(path).onStream(ours)
  guest.end('a question')
  await gone
  await delay(50)
  expect(await text(guest)).toHaveLength(pieces * bytes)
  await vi.waitFor(() => expect(ours.destroyed).toBe(true))
})

test('a guest is not kept waiting for a host that is not there', async () => {
  const [guest, ours] = duplexPair()
  createEngineSocket(join(tmpdir(), 'berth-no-such.sock')).onStream(ours)
  await new Promise((resolve) => ours.on('close', resolve))
  expect(ours.destroyed).toBe(true)
  guest.destroy()
})
