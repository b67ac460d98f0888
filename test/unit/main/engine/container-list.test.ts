import { describe, expect, test } from 'vitest'
import { applyNews, type Container, type ListNews } from '#api'
import { EngineChanges } from '../../../../main/engine/changes.ts'
import type { EngineClient } from '../../../../main/engine/client.ts'
import { ContainerList } from '../../../../main/engine/container-list.ts'
import type { FakeEngine } from '../../../support/fake-engine/engine.ts'
import { addContainer } from '../../../support/fake-engine/make.ts'
import { reading, silentLog, withEngine } from './with-engine.ts'

const lists = (engine: FakeEngine) =>
  engine.requests.filter((line) => line.includes('/containers/json'))

/** What a window that applies the news knows. */
function createMirror() {
  const known = new Map<string, Container>()
  return {
    known,
    names: () => [...known.values()].map(({ name }) => name).toSorted(),
    apply(news: ListNews<Container>) {
      applyNews(known, news)
    },
  }
}

function fill(engine: FakeEngine, count: number) {
  return Array.from({ length: count }, (_, index) =>
    addContainer(engine.store, { name: `c${index}`, image: 'nginx', age: 1000 * (index + 1) }),
  )
}

describe('the list of containers', () => {
  test('is told whole at first, and then by what changed', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    const [first] = fill(engine, 3)
    if (!first) throw new Error('no container')
    await using news = reading(new ContainerList(client, changes).watch())
    expect(await news.take()).toMatchObject({
      all: [{ name: 'c0' }, { name: 'c1' }, { name: 'c2' }],
    })

    first.state = 'exited'
    first.exitCode = 137
    engine.store.changeContainer(first, 'die')
    expect(await news.take()).toMatchObject({
      changed: [{ id: first.id, state: 'exited', exitCode: 137 }],
      gone: [],
    })
    expect(decodeURIComponent(lists(engine).at(-1) ?? '')).toContain(`{"id":["${first.id}"]}`)

    engine.store.containers.delete(first.id)
    engine.store.changeContainer(first, 'destroy')
    expect(await news.take()).toEqual({ changed: [], gone: [first.id] })
  })

  test('waits for a container that is paused: the engine tells of it before its list does', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    const [first] = fill(engine, 1)
    if (!first) throw new Error('no container')
    await using news = reading(new ContainerList(client, changes).watch())
    await news.take()
    engine.requests.length = 0
    first.state = 'paused'
    engine.store.changeContainer(first, 'pause')
    expect(await news.take()).toMatchObject({ changed: [{ id: first.id, state: 'paused' }] })
    const asked = engine.requests.map((line) => line.replace(/\?.*/, ''))
    expect(asked.map((line) => line.split('/containers/').at(-1))).toEqual([
      `${first.id}/json`,
      'json',
    ])
  })

  test('waits for thousands that are paused, but for a few at once', async () => {
    const looks = { now: 0, most: 0, all: 0 }
    const client = {
      async text() {
        looks.most = Math.max(looks.most, (looks.now += 1))
        looks.all += 1
        await Promise.resolve()
        looks.now -= 1
        return '{}'
      },
      json: () => Promise.resolve([]),
    } as unknown as EngineClient
    const changes = new EngineChanges(client, silentLog)
    await using news = reading(new ContainerList(client, changes).watch())
    const begun = news.take()
    changes.emit('resync')
    await begun
    for (let index = 0; index < 2000; index += 1)
      changes.emit('container', { action: 'pause', id: `c${index}`, attributes: {} })
    await expect.poll(() => looks.all).toBe(2000)
    expect(looks.most).toBeLessThanOrEqual(16)
  })

  test('asks nothing for what happens inside a container, nor while nobody watches', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    const [first, second] = fill(engine, 2)
    if (!first || !second) throw new Error('no container')
    const list = new ContainerList(client, changes)
    engine.store.changeContainer(first, 'start')
    {
      await using news = reading(list.watch())
      await news.take()
      for (const action of ['exec_create: sh', 'exec_start: sh', 'exec_die', 'top', 'resize'])
        engine.store.changeContainer(first, action)
      second.name = 'renamed'
      engine.store.changeContainer(second, 'rename')
      expect(await news.take()).toMatchObject({ changed: [{ name: 'renamed' }] })
      expect(lists(engine)).toHaveLength(2)
    }
    engine.store.changeContainer(first, 'start')
    await client.text({ path: '/version' })
    expect(lists(engine)).toHaveLength(2)
  })

  test('asks once for a burst, and for the whole list when the burst is a flood', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    const all = fill(engine, 900)
    const mirror = createMirror()
    await using news = reading(new ContainerList(client, changes).watch())
    mirror.apply(await news.take())
    const rename = (count: number, suffix: string) => {
      for (const container of all.slice(0, count)) {
        container.name = `${container.name}${suffix}`
        engine.store.changeContainer(container, 'rename')
      }
    }
    const until = async (suffix: string, count: number) => {
      while (mirror.names().filter((name) => name.endsWith(suffix)).length < count)
        mirror.apply(await news.take())
    }
    rename(50, '-x')
    await until('-x', 50)
    expect(lists(engine).length).toBeLessThanOrEqual(4)
    const before = lists(engine).length
    rename(900, '-y')
    await until('-y', 900)
    const since = lists(engine).slice(before)
    expect(since.length).toBeLessThan(12)
    expect(since.some((line) => !line.includes('filters'))).toBe(true)
  })

  test('waits for a slow reader with one piece of news, however much happened', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    const all = fill(engine, 30)
    const list = new ContainerList(client, changes)
    await using slow = reading(list.watch())
    await using quick = reading(list.watch())
    const [behind, ahead] = [createMirror(), createMirror()]
    behind.apply(await slow.take())
    ahead.apply(await quick.take())
    for (const [index, container] of all.entries()) {
      engine.store.containers.delete(container.id)
      engine.store.changeContainer(container, 'destroy')
      while (ahead.known.size > 29 - index) ahead.apply(await quick.take())
    }
    let items = 0
    while (behind.known.size > 0) {
      behind.apply(await slow.take())
      items += 1
    }
    // One that was on its way, and all the rest as one.
    expect(items).toBeLessThanOrEqual(3)
  })

  test('a second watcher gets the list at once, also one who comes while it is being fetched', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    fill(engine, 2)
    engine.delayMs = 30
    const list = new ContainerList(client, changes)
    await using first = reading(list.watch())
    const begun = first.take()
    await client.text({ path: '/version' })
    await using second = reading(list.watch())
    expect(await begun).toMatchObject({ all: [{ name: 'c0' }, { name: 'c1' }] })
    expect(await second.take()).toMatchObject({ all: [{ name: 'c0' }, { name: 'c1' }] })
    await using third = reading(list.watch())
    expect(await third.take()).toMatchObject({ all: [{ name: 'c0' }, { name: 'c1' }] })
    expect(lists(engine)).toHaveLength(1)
  })

  test('is whole at first for one who comes while changes for the last one are on their way', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    const [first] = fill(engine, 3)
    if (!first) throw new Error('no container')
    const list = new ContainerList(client, changes)
    {
      await using news = reading(list.watch())
      await news.take()
      engine.delayMs = 50
      first.name = 'renamed'
      engine.store.changeContainer(first, 'rename')
      await expect.poll(() => lists(engine).length, { interval: 1 }).toBe(2)
    }
    await using next = reading(list.watch())
    expect(await next.take()).toMatchObject({
      all: [{ name: 'renamed' }, { name: 'c1' }, { name: 'c2' }],
    })
  })

  test('is whole again after each gap in the feed', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    const [first] = fill(engine, 2)
    if (!first) throw new Error('no container')
    await using news = reading(new ContainerList(client, changes).watch())
    await news.take()
    for (const gap of [() => engine.endEvents(), () => engine.hangUp()]) {
      gap()
      first.name = `${first.name}x`
      expect(await news.take()).toMatchObject({ all: [{ name: first.name }, { name: 'c1' }] })
    }
  })

  test.each(['invalid-json', 'half', 'html-500', 'empty', 'close', 'wrong-type'] as const)(
    'is asked for again after an answer that is %s',
    async (fault) => {
      await using fixture = await withEngine()
      const { engine, client, changes } = fixture
      fill(engine, 1)
      engine.breakNext('/containers/json', fault)
      await using news = reading(new ContainerList(client, changes).watch())
      expect(await news.take()).toMatchObject({ all: [{ name: 'c0' }] })
    },
  )

  test('that cannot be had twice is a failure, and there again for who asks anew', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    fill(engine, 1)
    engine.breakNext('/containers/json', 'invalid-json', 2)
    const list = new ContainerList(client, changes)
    await expect(reading(list.watch()).take()).rejects.toMatchObject({ code: 'engine-garbled' })
    await using news = reading(list.watch())
    expect(await news.take()).toMatchObject({ all: [{ name: 'c0' }] })
  })

  test('is right after a storm', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    fill(engine, 300)
    const mirror = createMirror()
    await using news = reading(new ContainerList(client, changes).watch())
    mirror.apply(await news.take())
    const stop = engine.storm(500)
    const end = performance.now() + 1500
    while (performance.now() < end) mirror.apply(await news.take())
    stop()
    const last = addContainer(engine.store, { name: 'last', image: 'nginx', age: 0 })
    engine.store.changeContainer(last, 'create')
    while (!mirror.known.has(last.id)) mirror.apply(await news.take())
    const { store } = engine
    expect(mirror.names()).toEqual(
      [...store.containers.values()].map(({ name }) => name).toSorted(),
    )
    for (const { id, state } of store.containers.values()) {
      expect(mirror.known.get(id)?.state).toBe(state)
    }
  })
})
