import { describe, expect, test, vi } from 'vitest'
import type { HostPort, Settings } from '#api'
import type { MachineSnapshot } from '#vm'
import { PortChoices } from '../../../../main/ports/choices.ts'
import { Ports } from '../../../../main/ports/ports.ts'
import { FakeForwards } from '../../../support/fake-forwards.ts'
import { FakeHostPorts } from '../../../support/fake-host-ports.ts'
import type { FakeContainer } from '../../../support/fake-engine/objects.ts'
import { addContainer, exposed, published } from '../../../support/fake-engine/make.ts'
import { reading, silentLog, withEngine } from '../engine/with-engine.ts'

/** The service on a fake engine, with one web server that runs. */
async function withPorts(options: { taken?: Record<number, string> } = {}) {
  await using stack = new AsyncDisposableStack()
  const fixture = stack.use(await withEngine())
  const { engine, client, changes } = fixture
  const forwards = new FakeForwards()
  const host = new FakeHostPorts(options.taken)
  const settings = createSettings()
  const machine = createMachine(forwards)
  const web = addContainer(engine.store, {
    ...{ name: 'web', image: 'nginx', age: 1000 },
    ports: [...published(8080, 80), exposed(9000)],
  })
  const choices = new PortChoices()
  const parts = { machine, client, changes, settings, host, choices, log: silentLog }
  const ports = stack.use(new Ports(parts))
  const news = stack.use(readingPorts(ports))
  const closing = stack.move()
  return {
    ...{ engine, forwards, host, settings, machine, web, ports, news, parts },
    end: (container: FakeContainer) => {
      container.state = 'exited'
      engine.store.changeContainer(container, 'die')
    },
    begin: (container: FakeContainer) => {
      container.state = 'running'
      engine.store.changeContainer(container, 'start')
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

/** All ports, as a reader knows them who follows the news. */
function readingPorts(ports: Ports) {
  const news = reading(ports.watch())
  let known = new Map<string, HostPort>()
  return {
    async until(wanted: (found: HostPort[]) => boolean): Promise<HostPort[]> {
      await news.until((item) => {
        if ('all' in item) known = new Map(item.all.map((port) => [port.id, port]))
        else {
          for (const port of item.changed) known.set(port.id, port)
          for (const id of item.gone) known.delete(id)
        }
        return wanted([...known.values()])
      })
      return [...known.values()]
    },
    [Symbol.asyncDispose]: () => news[Symbol.asyncDispose](),
  }
}

function createSettings() {
  const listeners = new Set<() => void>()
  const current = { publishTo: 'loopback' } as Settings
  return {
    current,
    onChange: (listener: () => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    set(publishTo: Settings['publishTo']) {
      current.publishTo = publishTo
      for (const listener of listeners) listener()
    },
  }
}

function createMachine(forwards: FakeForwards) {
  const listeners = new Set<(snapshot: MachineSnapshot) => void>()
  return {
    forwards,
    snapshot: { state: { phase: 'running' } } as MachineSnapshot,
    connect: () => Promise.reject(new Error('nothing there')),
    onChange: (listener: (snapshot: MachineSnapshot) => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop() {
      const snapshot = { state: { phase: 'stopped' } } as MachineSnapshot
      for (const listener of listeners) listener(snapshot)
    },
  }
}

const states = (ports: readonly HostPort[]) => ports.map(({ port, state }) => `${port} ${state}`)
const all = (state: HostPort['state']) => (ports: HostPort[]) =>
  ports.length > 0 && ports.every((port) => port.state === state)

describe('published ports', () => {
  test('are open while their container runs, and go with it', async () => {
    await using fixture = await withPorts()
    const { news, forwards, host, web, end, begin, engine } = fixture
    expect(await news.until(all('open'))).toMatchObject([
      {
        ...{ origin: 'published', protocol: 'tcp', address: '127.0.0.1', port: 8080 },
        ...{ containerName: 'web', containerPort: 80, reach: 'computer', canShare: true },
      },
    ])
    expect(forwards.orders).toEqual(['add tcp 127.0.0.1 8080 8080'])
    expect([...host.relays.keys()]).toEqual(['tcp ::1 8080'])

    end(web)
    expect(await news.until((ports) => ports.length === 0)).toEqual([])
    await vi.waitFor(() => expect(forwards.orders.at(-1)).toBe('remove tcp 127.0.0.1 8080'))
    expect(host.relays.size).toBe(0)

    begin(web)
    await news.until(all('open'))
    web.state = 'paused'
    engine.store.changeContainer(web, 'pause')
    web.name = 'renamed'
    engine.store.changeContainer(web, 'rename', { name: 'renamed' })
    expect(await news.until((ports) => ports[0]?.containerName === 'renamed')).toHaveLength(1)
  })

  test('are read back from a machine that is adopted: what is right stays, what nobody wants goes', async () => {
    await using fixture = await withPorts()
    const { news, parts, ports } = fixture
    await news.until(all('open'))
    await ports[Symbol.asyncDispose]()
    expect(fixture.forwards.orders).toEqual(['add tcp 127.0.0.1 8080 8080'])
    expect(fixture.host.relays.size).toBe(0)

    await fixture.forwards.add({ protocol: 'tcp', address: '127.0.0.1', port: 1234, guestPort: 1 })
    fixture.forwards.orders.length = 0
    // The machine itself has the port now.
    fixture.host.taken.set(8080, 'qemu')
    fixture.host.refusals.set('::1', 'EADDRNOTAVAIL')
    await using next = new Ports(parts)
    await using again = readingPorts(next)
    await again.until(all('open'))
    expect(fixture.forwards.orders).toEqual(['remove tcp 127.0.0.1 1234'])
  })

  test('go when the machine does, without an order to it, and come back with it', async () => {
    await using fixture = await withPorts()
    const { news, machine, forwards, host, parts } = fixture
    await news.until(all('open'))
    forwards.orders.length = 0
    forwards.clear()
    machine.stop()
    expect(await news.until((ports) => ports.length === 0)).toEqual([])
    await vi.waitFor(() => expect(host.relays.size).toBe(0))
    expect(forwards.orders).toEqual([])
    parts.changes.emit('resync')
    await news.until(all('open'))
    expect(forwards.orders).toEqual(['add tcp 127.0.0.1 8080 8080'])
  })

  test('of one container are no news of the others', async () => {
    await using fixture = await withPorts()
    const { news, engine, begin, ports } = fixture
    await news.until(all('open'))
    await using later = reading(ports.watch())
    expect(await later.take()).toMatchObject({ all: [{ port: 8080 }] })
    begin(
      addContainer(engine.store, { name: 'db', image: 'x', age: 0, ports: published(5432, 5432) }),
    )
    await news.until((found) => found.length === 2 && all('open')(found))
    expect(await later.take()).toMatchObject({ changed: [{ port: 5432 }], gone: [] })
  })

  test('a hundred at once are a hundred orders, and all are told in a few items', async () => {
    await using fixture = await withPorts()
    const { news, engine, begin, forwards } = fixture
    await news.until(all('open'))
    const many = addContainer(engine.store, {
      ...{ name: 'many', image: 'nginx', age: 0 },
      ports: Array.from({ length: 100 }, (_, index) => published(20_000 + index, index + 1)).flat(),
    })
    begin(many)
    const found = await news.until((ports) => ports.length === 101 && all('open')(ports))
    expect(found).toHaveLength(101)
    expect(forwards.orders).toHaveLength(101)
  })
})

describe('a port that is taken', () => {
  test('names who has it, and is opened once it is free', async () => {
    await using fixture = await withPorts({ taken: { 8080: 'nginx' } })
    const { news, ports, host, forwards } = fixture
    const [taken] = await news.until(all('taken'))
    expect(taken).toMatchObject({
      holder: { pid: 4711, name: 'nginx' },
      error: { code: 'host-port-taken', params: { port: 8080, pid: 4711, name: 'nginx' } },
    })
    expect(forwards.orders).toEqual([])
    host.taken.clear()
    await ports.retry()
    expect(states(ports.current)).toEqual(['8080 open'])
  })

  test('is tried again by itself', { timeout: 10_000 }, async () => {
    await using fixture = await withPorts({ taken: { 8080: '' } })
    const { news, host } = fixture
    expect(await news.until(all('taken'))).toMatchObject([
      { error: { code: 'host-port-taken-unknown' } },
    ])
    host.taken.clear()
    await news.until(all('open'))
  })

  test.each([
    ['EACCES', 'host-port-low'],
    ['EADDRNOTAVAIL', 'host-port-address'],
    ['EPROTO', 'host-port-failed'],
  ])('%s has a sentence of its own', async (code, expected) => {
    await using fixture = await withPorts({ taken: { 8080: 'x' } })
    fixture.host.refusals.set('127.0.0.1', code)
    await fixture.ports.retry()
    const [port] = await fixture.news.until(all('closed'))
    expect(port?.error?.code).toBe(expected)
  })

  test('is not one when only ::1 does not exist here', async () => {
    await using fixture = await withPorts()
    fixture.host.refusals.set('::1', 'EADDRNOTAVAIL')
    await fixture.news.until(all('open'))
  })

  test('gets another way in from a free port', async () => {
    await using fixture = await withPorts({ taken: { 8080: 'nginx' } })
    const { news, ports, web, forwards } = fixture
    await news.until(all('taken'))
    const made = await ports.forward({ containerId: web.id, containerPort: 80 })
    expect(made).toMatchObject({ origin: 'forward', state: 'open', address: '127.0.0.1' })
    expect(forwards.orders).toEqual([`add tcp 127.0.0.1 ${made.port} 8080`])
    await ports.unforward(made.id)
    expect(forwards.orders.at(-1)).toBe(`remove tcp 127.0.0.1 ${made.port}`)
  })
})

describe('who reaches a port', () => {
  test('follows the setting at once, and a choice for one port counts more', async () => {
    await using fixture = await withPorts()
    const { news, settings, ports, forwards, host } = fixture
    const [port] = await news.until(all('open'))
    settings.set('lan')
    await news.until((found) => found[0]?.address === '0.0.0.0' && found[0].state === 'open')
    expect(forwards.orders.slice(1)).toEqual([
      'remove tcp 127.0.0.1 8080',
      'add tcp 0.0.0.0 8080 8080',
    ])
    expect([...host.relays.keys()]).toEqual(['tcp :: 8080'])
    await ports.share(port?.id ?? '', 'computer')
    expect(ports.current).toMatchObject([{ address: '127.0.0.1', state: 'open' }])
  })

  test('cannot be changed for one that was published for this computer', async () => {
    await using fixture = await withPorts()
    const { news, engine, ports, begin, settings } = fixture
    await news.until(all('open'))
    const own = { IP: '127.0.0.1', PrivatePort: 5432, PublicPort: 5432, Type: 'tcp' as const }
    begin(addContainer(engine.store, { name: 'db', image: 'nginx', age: 0, ports: [own] }))
    const found = await news.until((list) => list.length === 2 && all('open')(list))
    settings.set('lan')
    const [db] = found.filter(({ port }) => port === 5432)
    await expect(ports.share(db?.id ?? '', 'network')).rejects.toMatchObject({
      code: 'host-port-fixed',
    })
    expect((await ports.list()).map(({ address }) => address)).toEqual(['127.0.0.1', '0.0.0.0'])
  })
})

describe('a forward to a port that is not published', () => {
  test('listens on both loopback addresses, rests with its container, and goes with it', async () => {
    await using fixture = await withPorts()
    const { news, ports, host, web, end, begin, engine } = fixture
    await news.until(all('open'))
    const made = await ports.forward({ containerId: web.id, containerPort: 9000, port: 9000 })
    expect(made).toMatchObject({ id: 'forward tcp 9000', state: 'open', containerPort: 9000 })
    const ofForward = () => [...host.relays.keys()].filter((key) => key.endsWith(' 9000'))
    expect(ofForward()).toEqual(['tcp 127.0.0.1 9000', 'tcp ::1 9000'])
    end(web)
    await vi.waitFor(() => expect(ofForward()).toEqual([]))
    begin(web)
    await vi.waitFor(() => expect(ofForward()).toHaveLength(2))
    engine.store.containers.delete(web.id)
    engine.store.changeContainer(web, 'destroy')
    await vi.waitFor(() => expect(ofForward()).toEqual([]))
    await expect(ports.unforward(made.id)).rejects.toMatchObject({ code: 'forward-missing' })
  })

  test('is refused where it cannot be', async () => {
    await using fixture = await withPorts()
    const { news, ports, web } = fixture
    await news.until(all('open'))
    const to = (change: object) =>
      ports.forward({ containerId: web.id, containerPort: 9, ...change })
    await expect(to({ protocol: 'udp' })).rejects.toMatchObject({ code: 'forward-udp' })
    await expect(to({ port: 8080 })).rejects.toMatchObject({ code: 'host-port-ours' })
    await expect(to({ containerPort: 0 })).rejects.toMatchObject({ code: 'input-invalid' })
    await expect(to({ containerId: 'none' })).rejects.toMatchObject({
      code: 'container-not-running',
    })
  })
})
