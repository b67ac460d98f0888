import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { duplexPair } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
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

test('a guest is not kept waiting for a host that is not there', async () => {
  const [guest, ours] = duplexPair()
  createEngineSocket(join(tmpdir(), 'berth-no-such.sock')).onStream(ours)
  await new Promise((resolve) => ours.on('close', resolve))
  expect(ours.destroyed).toBe(true)
  guest.destroy()
})
