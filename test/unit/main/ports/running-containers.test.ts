import { EventEmitter } from 'node:events'
import { expect, test, vi } from 'vitest'
import type { EngineChanges, EngineEvent } from '../../../../main/engine/changes.ts'
import type { EngineClient } from '../../../../main/engine/client.ts'
import { RunningContainers } from '../../../../main/ports/running-containers.ts'
import { toInspect, toListEntry } from '../../../support/fake-engine/container-json.ts'
import { addContainer, published } from '../../../support/fake-engine/make.ts'
import { EngineStore } from '../../../support/fake-engine/store.ts'
import { silentLog } from '../engine/with-engine.ts'

/** An engine that answers when the test says so, as one does that holds the container which it starts. */
function createHolding() {
  const changes = Object.assign(new EventEmitter(), { live: false })
  const asked: { id: string; answer(running: boolean, name?: string): void }[] = []
  const lists: { answer(ids: string[]): void }[] = []
  const plan = (id: string, state: 'running' | 'created', name = id) =>
    ({ id, name, image: 'nginx', age: 1000, state, ports: [published(8080, 80)].flat() }) as const
  const client = {
    json(_request: unknown, toShape: (list: unknown) => unknown) {
      const { promise, resolve } = Promise.withResolvers<unknown>()
      const answer = (ids: string[]) => {
        const store = new EngineStore()
        const found = ids.map((id) => toListEntry(addContainer(store, plan(id, 'running'))))
        resolve(toShape(found))
      }
      lists.push({ answer })
      return promise
    },
    text({ path }: { path: string }) {
      const { promise, resolve } = Promise.withResolvers<string>()
      const [, , id = ''] = path.split('/')
      const answer = (isRunning: boolean, name = id) => {
        const made = plan(id, isRunning ? 'running' : 'created', name)
        resolve(JSON.stringify(toInspect(addContainer(new EngineStore(), made))))
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
  const say = (
    kind: 'container' | 'network',
    action: string,
    id: string,
    more: Record<string, string> = {},
  ) => {
    const attributes: Record<string, string> =
      kind === 'network' ? { container: id } : { name: id, ...more }
    const event: EngineEvent = { action, id: kind === 'network' ? 'bridge' : id, attributes }
    changes.emit(kind, event)
  }
  const names = () => [...containers.all()].map(({ id }) => id)
  const arrived = (ids: string[]) => vi.waitFor(() => expect(names()).toEqual(ids))
  const resync = () => changes.emit('resync')
  const called = () => [...containers.all()].map(({ name }) => name)
  return { asked, lists, told, say, resync, containers, names, called, arrived }
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

test('an answer about the run before is none about this one', async () => {
  const { asked, say, called, arrived } = createHolding()
  say('network', 'connect', 'web')
  say('container', 'start', 'web')
  say('container', 'die', 'web')
  say('network', 'connect', 'web')
  say('container', 'start', 'web')
  asked[0]?.answer(true, 'before')
  await vi.waitFor(() => expect(asked).toHaveLength(2))
  expect(called()).toEqual([])
  asked[1]?.answer(true)
  await arrived(['web'])
})

test('one that starts while all are asked for stays, whichever answer comes last', async () => {
  const { asked, lists, say, resync, arrived, names } = createHolding()
  resync()
  say('network', 'connect', 'late')
  say('container', 'start', 'late')
  asked[0]?.answer(true)
  await arrived(['late'])
  lists[0]?.answer(['early'])
  await vi.waitFor(() => expect(names()).toContain('early'))
  expect(names().toSorted()).toEqual(['early', 'late'])
})

test('one that died before all were asked for is there when it runs again', async () => {
  const { asked, lists, say, resync, arrived } = createHolding()
  say('container', 'start', 'slow')
  say('container', 'die', 'web')
  // The feed was away, and web was started meanwhile.
  resync()
  asked[0]?.answer(true)
  await vi.waitFor(() => expect(lists).toHaveLength(1))
  lists[0]?.answer(['slow', 'web'])
  await arrived(['slow', 'web'])
})

test('one that dies while all are asked for is not there', async () => {
  const { lists, say, resync, arrived } = createHolding()
  resync()
  say('container', 'die', 'web')
  lists[0]?.answer(['slow', 'web'])
  await arrived(['slow'])
})

test('a name that is given while an answer is under way is kept', async () => {
  const { asked, say, called } = createHolding()
  say('network', 'connect', 'web')
  say('container', 'rename', 'web', { name: 'new' })
  asked[0]?.answer(true, 'old')
  await vi.waitFor(() => expect(asked).toHaveLength(2))
  asked[1]?.answer(true, 'new')
  await vi.waitFor(() => expect(called()).toEqual(['new']))
  say('network', 'connect', 'web')
  expect(asked).toHaveLength(3)
  say('container', 'rename', 'web', { name: 'newer' })
  asked[2]?.answer(true, 'new')
  await vi.waitFor(() => expect(asked).toHaveLength(4))
  asked[3]?.answer(true, 'newer')
  await vi.waitFor(() => expect(called()).toEqual(['newer']))
})

test('one that dies while it is looked for is not found', async () => {
  const { asked, say, names, containers } = createHolding()
  const finding = containers.find('web')
  say('container', 'die', 'web')
  asked[0]?.answer(true)
  expect(await finding).toBeUndefined()
  expect(names()).toEqual([])
})

test('answers that come after the machine has gone tell nothing', async () => {
  const { asked, lists, told, say, resync, names, containers } = createHolding()
  resync()
  say('network', 'connect', 'web')
  containers.clear()
  lists[0]?.answer(['web'])
  asked[0]?.answer(true)
  await new Promise((resolve) => setImmediate(resolve))
  expect([names(), containers.synced, told.flat()]).toEqual([[], false, []])
})

test('one that was made here has its ports from the moment at which it joins its network', async () => {
  const { asked, told, say, names, arrived, containers } = createHolding()
  say('container', 'create', 'web')
  asked[0]?.answer(false)
  await settled()
  expect(names()).toEqual([])
  say('network', 'connect', 'web')
  expect(containers.get('web')?.ports).toMatchObject([{ hostPort: 8080, containerPort: 80 }])
  expect(told).toEqual([['web']])
  say('network', 'connect', 'web')
  say('container', 'start', 'web')
  expect(asked).toHaveLength(2)
  asked[1]?.answer(true)
  await vi.waitFor(() => expect(told).toEqual([['web'], ['web']]))
  await arrived(['web'])
})

test('one that was made here and cannot start has them no more', async () => {
  const { asked, told, say, names, arrived } = createHolding()
  say('container', 'create', 'web')
  asked[0]?.answer(false)
  await settled()
  say('network', 'connect', 'web')
  expect(names()).toEqual(['web'])
  asked[1]?.answer(false)
  await arrived([])
  await vi.waitFor(() => expect(told).toEqual([['web'], ['web']]))
})

test('one that gets SIGKILL is gone, and one that is asked to end is not', async () => {
  const { asked, say, names, arrived } = createHolding()
  say('container', 'start', 'web')
  asked[0]?.answer(true)
  await arrived(['web'])
  say('container', 'kill', 'web', { signal: '15' })
  expect(names()).toEqual(['web'])
  say('container', 'kill', 'web', { signal: '9' })
  expect(names()).toEqual([])
})

/** An answer has been read by then. */
const settled = () => new Promise((resolve) => setImmediate(resolve))
