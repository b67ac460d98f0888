import { createServer, type ServerResponse } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
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
    await expect.poll(() => readers.length, { timeout: 5000 }).toBe(count)
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

describe('a feed that is open and says nothing', () => {
  const second = 1_000_000_000
  const toldAt = (timeNano: number) =>
    `${JSON.stringify({ Type: 'daemon', Action: 'reload', timeNano })}\n`

  test('is read again when the engine is known to have told more', async () => {
    await using feed = await feedOf()
    feed.changes.open()
    await feed.next(1)
    await expect.poll(() => feed.heard).toEqual(['resync'])
    feed.changes.expect(5 * second)
    const reader = await feed.next(2)
    await expect.poll(() => feed.heard).toEqual(['resync', 'resync'])
    reader.write(event('start', 'a'))
    await expect.poll(() => feed.heard).toEqual(['resync', 'resync', 'start a'])
  })

  test('is well when it told the same a little later, by whatever kind of object', async () => {
    await using feed = await feedOf()
    feed.changes.open()
    const reader = await feed.next(1)
    await expect.poll(() => feed.heard).toEqual(['resync'])
    feed.changes.expect(5 * second)
    reader.write(`${JSON.stringify({ Type: 'builder', Action: 'prune', timeNano: 5 * second })}\n`)
    // What comes while the first is waited for is looked at after it.
    feed.changes.expect(6 * second)
    reader.write(toldAt(6 * second))
    await pause(2500)
    expect(feed.heard).toEqual(['resync'])
  })

  test('is found also when the clock was a day ahead before', async () => {
    await using feed = await feedOf()
    const day = 86_400 * second
    feed.changes.open()
    const reader = await feed.next(1)
    await expect.poll(() => feed.heard).toEqual(['resync'])
    reader.write(toldAt(day))
    feed.changes.expect(day)
    await pause(1500)
    expect(feed.heard).toEqual(['resync'])
    feed.changes.expect(5 * second)
    await feed.next(2)
    await expect.poll(() => feed.heard).toEqual(['resync', 'resync'])
  })

  test.each(['after', 'before'])(
    'is not blamed when the clock was set back and it told the same %s',
    async (order) => {
      await using feed = await feedOf()
      const day = 86_400 * second
      feed.changes.open()
      const reader = await feed.next(1)
      await expect.poll(() => feed.heard).toEqual(['resync'])
      feed.changes.expect(day)
      reader.write(toldAt(day))
      await pause(100)
      const steps = [() => feed.changes.expect(5 * second), () => reader.write(toldAt(5 * second))]
      for (const step of order === 'after' ? steps : steps.reverse()) {
        step()
        await pause(100)
      }
      await pause(2500)
      expect(feed.heard).toEqual(['resync'])
    },
  )

  test('is not blamed for what was told before it was opened', async () => {
    await using feed = await feedOf()
    feed.changes.expect(5 * second)
    feed.changes.open()
    await feed.next(1)
    await expect.poll(() => feed.heard).toEqual(['resync'])
    feed.changes.expect(5 * second)
    await pause(1500)
    expect(feed.heard).toEqual(['resync'])
  })
})
