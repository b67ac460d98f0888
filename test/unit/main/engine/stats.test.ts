import { describe, expect, test } from 'vitest'
import type { StatsSample } from '#api'
import { createStatsRing } from '../../../../main/engine/stats-ring.ts'
import { Stats } from '../../../../main/engine/stats.ts'
import type { FakeEngine } from '../../../support/fake-engine/engine.ts'
import { addContainer } from '../../../support/fake-engine/make.ts'
import { reading, withEngine } from './with-engine.ts'

const feeds = (engine: FakeEngine) => engine.requests.filter((line) => line.includes('/stats?'))

function sampleOf(id: string, at: number): StatsSample {
  return {
    ...{ id, at, cpu: at / 10, memory: 2 ** 40 + at, memoryLimit: 2 ** 41 },
    ...{ networkIn: 1, networkOut: 2, diskRead: 3, diskWrite: 4, pids: 5 },
  }
}

test('a ring keeps the newest samples, exactly, oldest first', () => {
  const ring = createStatsRing('a', 3)
  expect(ring.all()).toEqual([])
  for (let at = 1; at <= 5; at += 1) ring.add(sampleOf('a', at))
  expect(ring.all()).toEqual([3, 4, 5].map((at) => sampleOf('a', at)))
})

describe('stats', () => {
  test('come in batches of those that run, from one feed for all who want it', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    const web = addContainer(engine.store, { name: 'web', image: 'nginx', age: 60_000 })
    const db = addContainer(engine.store, { name: 'db', image: 'nginx', age: 60_000 })
    const off = addContainer(engine.store, { name: 'off', image: 'nginx', age: 1, state: 'exited' })
    using stats = new Stats(client, changes)
    await using one = reading(stats.watch([web.id, db.id, off.id]))
    await using other = reading(stats.watch([db.id]))
    await using history = reading(stats.watchHistory(db.id))
    expect(await history.take()).toEqual([])
    const batch = await one.until((samples) => samples.length > 1)
    expect(batch.map(({ id }) => id).toSorted()).toEqual([web.id, db.id].toSorted())
    expect((await other.take()).map(({ id }) => id)).toEqual([db.id])
    expect((await history.take())[0]).toMatchObject({ id: db.id })
    expect(feeds(engine)).toHaveLength(3)
    for (const { cpu, memory } of batch) {
      expect(cpu).toBeGreaterThanOrEqual(0)
      expect(cpu).toBeLessThan(2)
      expect(memory).toBeGreaterThan(0)
    }
  })

  test('of a container that is started begin then, without a spike', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    const web = addContainer(engine.store, { name: 'web', image: 'nginx', age: 60_000 })
    using stats = new Stats(client, changes)
    await using batches = reading(stats.watch([web.id]))
    await batches.take()
    web.state = 'exited'
    engine.store.changeContainer(web, 'die')
    web.state = 'running'
    web.startedAt = Date.now()
    engine.store.changeContainer(web, 'start')
    const again = await batches.until(() => feeds(engine).length > 1)
    expect(again[0]?.cpu).toBeLessThan(2)
  }, 10_000)

  test('that were looked at before are there at once, the feed still open', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    const web = addContainer(engine.store, { name: 'web', image: 'nginx', age: 60_000 })
    using stats = new Stats(client, changes)
    {
      await using first = reading(stats.watchHistory(web.id))
      expect(await first.take()).toEqual([])
      await first.take()
    }
    await using second = reading(stats.watchHistory(web.id))
    expect((await second.take()).length).toBeGreaterThan(0)
    expect(feeds(engine)).toHaveLength(1)
    changes.close()
    await using third = reading(stats.watchHistory(web.id))
    expect(await third.take()).toEqual([])
  }, 10_000)

  test('end at the engine when nobody wants them any more', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    const web = addContainer(engine.store, { name: 'web', image: 'nginx', age: 60_000 })
    const stats = new Stats(client, changes)
    {
      await using batches = reading(stats.watch([web.id]))
      await batches.take()
      expect(engine.broken).toEqual([])
    }
    stats[Symbol.dispose]()
    await expect.poll(() => engine.broken).toEqual([`/containers/${web.id}/stats`])
  })

  test('are refused for more containers than a screen holds', async () => {
    await using fixture = await withEngine()
    const { client, changes } = fixture
    using stats = new Stats(client, changes)
    const ids = Array.from({ length: 501 }, (_, index) => `c${index}`)
    expect(() => stats.watch(ids)).toThrow(expect.objectContaining({ code: 'input-invalid' }))
  })
})
