import { EventEmitter } from 'node:events'
import { expect, test, vi } from 'vitest'
import type { EngineChanges, EngineEvent } from '../../../../main/engine/changes.ts'
import type { EngineClient } from '../../../../main/engine/client.ts'
import { RunningContainers } from '../../../../main/ports/running-containers.ts'
import { toInspect } from '../../../support/fake-engine/container-json.ts'
import { addContainer } from '../../../support/fake-engine/make.ts'
import { EngineStore } from '../../../support/fake-engine/store.ts'
import { silentLog } from '../engine/with-engine.ts'

/** An engine that answers when the test says so, as one does that holds the container which it starts. */
function createHolding() {
  const changes = Object.assign(new EventEmitter(), { live: false })
  const asked: { id: string; answer(running: boolean): void }[] = []
  const client = {
    text({ path }: { path: string }) {
      const { promise, resolve } = Promise.withResolvers<string>()
      const [, , id = ''] = path.split('/')
      const answer = (isRunning: boolean) => {
        const state = isRunning ? 'running' : 'created'
        const plan = { id, name: id, image: 'nginx', age: 1000, state } as const
        resolve(JSON.stringify(toInspect(addContainer(new EngineStore(), plan))))
      }
      asked.push({ id, answer })
      return promise
    },
  }
  const told: string[][] = []
  const containers = new RunningContainers({
    client: client as unknown as EngineClient,
    changes: changes as unknown as EngineChanges,
    log: silentLog,
    onChange: (ids) => told.push([...ids]),
  })
  const say = (kind: 'container' | 'network', action: string, id: string) => {
    const attributes: Record<string, string> = kind === 'network' ? { container: id } : {}
    const event: EngineEvent = { action, id: kind === 'network' ? 'bridge' : id, attributes }
    changes.emit(kind, event)
  }
  const names = () => [...containers.all()].map(({ id }) => id)
  const arrived = (ids: string[]) => vi.waitFor(() => expect(names()).toEqual(ids))
  return { asked, told, say, names, arrived }
}

test('one that joins its network is asked about before it starts, and once', async () => {
  const { asked, told, say, arrived } = createHolding()
  say('network', 'connect', 'web')
  say('network', 'connect', 'web')
  expect(asked.map(({ id }) => id)).toEqual(['web'])
  asked[0]?.answer(true)
  await arrived(['web'])
  expect(told).toEqual([['web']])
  say('container', 'start', 'web')
  expect(asked).toHaveLength(1)
})

test('one that was answered for before it was held is asked about again once it has started', async () => {
  const { asked, say, arrived, names } = createHolding()
  say('network', 'connect', 'web')
  say('container', 'start', 'web')
  expect(asked).toHaveLength(1)
  asked[0]?.answer(false)
  await vi.waitFor(() => expect(asked).toHaveLength(2))
  expect(names()).toEqual([])
  asked[1]?.answer(true)
  await arrived(['web'])
})

test('one that is slow to start keeps no other waiting, and one that fails to is none', async () => {
  const { asked, say, arrived } = createHolding()
  say('network', 'connect', 'slow')
  say('container', 'start', 'quick')
  asked[1]?.answer(true)
  await arrived(['quick'])
  asked[0]?.answer(false)
  say('network', 'disconnect', 'slow')
  await arrived(['quick'])
})

test('one that dies before its answer is there stays dead', async () => {
  const { asked, told, say, names, arrived } = createHolding()
  say('network', 'connect', 'short')
  say('container', 'start', 'short')
  say('container', 'die', 'short')
  say('network', 'connect', 'long')
  asked[0]?.answer(true)
  asked[1]?.answer(true)
  await arrived(['long'])
  expect(told).toEqual([['long']])
  say('network', 'connect', 'short')
  asked[2]?.answer(true)
  await arrived(['long', 'short'])
  expect(names()).toHaveLength(2)
})
