import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EngineChanges } from '../../../../main/engine/changes.ts'
import { createEngineClient, type EngineClient } from '../../../../main/engine/client.ts'
import type { Log } from '../../../../main/host/log.ts'
import { createFakeEngine, type FakeEngine } from '../../../support/fake-engine/engine.ts'
import { addImage, addOwnNetworks } from '../../../support/fake-engine/make.ts'

export const silentLog: Log = { file: '', write: () => undefined, failure: () => undefined }

export interface WithEngine extends AsyncDisposable {
  engine: FakeEngine
  client: EngineClient
  changes: EngineChanges
  socketPath: string
}

/** A fake engine with one image on a socket of its own, a client of it, and its feed, already open. */
export async function withEngine(): Promise<WithEngine> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'berth-engine-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const socketPath = join(folder, 'docker.sock')
  const engine = stack.use(createFakeEngine({ stepMs: 1 }))
  addOwnNetworks(engine.store)
  addImage(engine.store, { tags: ['nginx:latest'], size: 1000, age: 1000 })
  await engine.listen(socketPath)
  const client = createEngineClient(socketPath)
  const changes = stack.use(new EngineChanges(client, silentLog))
  const synced = new Promise<void>((resolve) => changes.once('resync', resolve))
  changes.open()
  await synced
  const closing = stack.move()
  return {
    ...{ engine, client, changes, socketPath },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

/** Reads a stream item by item; `take` waits for the next one. Leaving ends it. */
export function reading<T>(source: AsyncIterable<T>) {
  const iterator = source[Symbol.asyncIterator]()
  return {
    async take(): Promise<T> {
      const next = await iterator.next()
      if (next.done === true) throw new Error('the stream has ended')
      return next.value
    },
    /** The first item, the present one included, for which `wanted` is true. */
    async until(wanted: (item: T) => boolean): Promise<T> {
      for (;;) {
        const item = await this.take()
        if (wanted(item)) return item
      }
    },
    async end(): Promise<void> {
      const next = await iterator.next()
      if (next.done !== true) throw new Error(`not the end, but ${JSON.stringify(next.value)}`)
    },
    async [Symbol.asyncDispose]() {
      await iterator.return?.()
    },
  }
}
