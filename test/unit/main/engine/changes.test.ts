import { createServer, type ServerResponse } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { EngineChanges, type EngineEvent } from '../../../../main/engine/changes.ts'
import { createEngineClient } from '../../../../main/engine/client.ts'
import { silentLog } from './with-engine.ts'

/** An engine that has nothing but a feed, whose every reader is handed to `next`. */
async function feedOf() {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'berth-feed-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const readers: ServerResponse[] = []
  const server = createServer((_request, response) => {
    response.flushHeaders()
    readers.push(response)
  })
  const socketPath = join(folder, 'docker.sock')
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  stack.defer(() => {
    server.close()
    server.closeAllConnections()
  })
  const changes = stack.use(new EngineChanges(createEngineClient(socketPath), silentLog))
  const heard: string[] = []
  const hear = (event: EngineEvent) => heard.push(`${event.action} ${event.id}`)
  for (const kind of ['container', 'image', 'volume', 'network'] as const) changes.on(kind, hear)
  changes.on('resync', () => heard.push('resync'))
  changes.on('away', () => heard.push('away'))
  const next = async (count: number): Promise<ServerResponse> => {
    await expect.poll(() => readers.length).toBe(count)
    const reader = readers[count - 1]
    if (!reader) throw new Error('no reader')
    return reader
  }
  const closing = stack.move()
  return { changes, heard, next, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}

const event = (action: string, id: string, type = 'container') =>
  `${JSON.stringify({ Type: type, Action: action, Actor: { ID: id, Attributes: null } })}\n`

test('the feed tells who did what, and what is none of ours is passed over', async () => {
  await using feed = await feedOf()
  feed.changes.open()
  feed.changes.open()
  const reader = await feed.next(1)
  reader.write(event('reload', 'daemon', 'daemon'))
  reader.write('{"Type":"container"}\n\n[]\n"text"\n')
  // Cut in the middle of a line, and of a character.
  const bytes = Buffer.from(event('exec_create: 一', 'a'))
  const cut = bytes.indexOf(Buffer.from('一')) + 1
  reader.write(bytes.subarray(0, cut))
  await new Promise((resolve) => setImmediate(resolve))
  reader.write(bytes.subarray(cut))
  reader.write(event('tag', 'b', 'image') + event('create', 'c', 'volume'))
  await expect.poll(() => feed.heard).toEqual(['resync', 'exec_create: 一 a', 'tag b', 'create c'])
})

test.each([
  ['ends', (reader: ServerResponse) => void reader.end()],
  ['breaks off', (reader: ServerResponse) => void reader.destroy()],
  ['is no JSON', (reader: ServerResponse) => void reader.write('{"Type": \n')],
])('a feed that %s is read again, and what may have been missed is said', async (_how, fail) => {
  await using feed = await feedOf()
  feed.changes.open()
  fail(await feed.next(1))
  const reader = await feed.next(2)
  reader.write(event('start', 'a'))
  await expect.poll(() => feed.heard).toEqual(['resync', 'resync', 'start a'])
})

test('a feed that is closed is not read again, and says so once', async () => {
  await using feed = await feedOf()
  feed.changes.open()
  const reader = await feed.next(1)
  await expect.poll(() => feed.heard).toEqual(['resync'])
  const closed = new Promise((resolve) => reader.once('close', resolve))
  feed.changes.close()
  feed.changes.close()
  await closed
  expect(feed.changes.live).toBe(false)
  expect(feed.heard).toEqual(['resync', 'away'])
  feed.changes.open()
  await feed.next(2)
  await expect.poll(() => feed.heard).toEqual(['resync', 'away', 'resync'])
})
