import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { TerminalEvent } from '#api'
import type { Machine } from '#vm'
import type { EngineClient } from '../../../../main/engine/client.ts'
import { Terminals } from '../../../../main/machine/terminals.ts'
import { addContainer } from '../../../support/fake-engine/make.ts'
import { reading, withEngine, type WithEngine } from '../engine/with-engine.ts'

const size = { columns: 80, rows: 24 }

/** Terminals in containers only; what the guest is told to run is noted. */
function terminalsOf({ client }: WithEngine) {
  const told: string[][] = []
  const machine = {
    exec(command: readonly string[]) {
      told.push([...command])
      return Promise.resolve({ code: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) })
    },
  } as unknown as Machine
  return { terminals: new Terminals(machine, client), told }
}

async function opened(events: ReturnType<typeof reading<TerminalEvent>>): Promise<string> {
  const first = await events.take()
  if (first.kind !== 'opened') throw new Error(`not opened, but ${first.kind}`)
  return first.terminal
}

/** Reads output until `text` was in it. */
async function shown(events: ReturnType<typeof reading<TerminalEvent>>, text: string) {
  let all = ''
  while (!all.includes(text)) {
    const event = await events.take()
    if (event.kind === 'output') all += event.text
    else throw new Error(`${event.kind} before “${text}” in ${all}`)
  }
}

describe('a terminal in a container', () => {
  test('takes what is typed, knows its size, and tells how it ended', async () => {
    await using fixture = await withEngine()
    addContainer(fixture.engine.store, { name: 'web', image: 'nginx', age: 1 })
    const { terminals, told } = terminalsOf(fixture)
    await using events = reading(terminals.openContainer('web', { command: ['/bin/sh'] }, size))
    const name = await opened(events)
    await terminals.write(name, 'echo 一二三 grüße\r')
    await shown(events, '一二三 grüße\r\n')
    await terminals.resize(name, { columns: 100, rows: 40 })
    await expect
      .poll(() => fixture.engine.requests.filter((line) => line.includes('/resize')))
      .toEqual([expect.stringContaining('w=100&h=40')])
    await terminals.write(name, 'exit 3\r')
    expect(await events.until(({ kind }) => kind === 'exited')).toEqual({ kind: 'exited', code: 3 })
    await events.end()
    await expect(terminals.write(name, 'x')).rejects.toMatchObject({ code: 'input-invalid' })
    expect(told).toEqual([])
  })

  test('is told as ended with 137 when its container is killed', async () => {
    await using fixture = await withEngine()
    const { store } = fixture.engine
    const web = addContainer(store, { name: 'web', image: 'nginx', age: 1 })
    const { terminals } = terminalsOf(fixture)
    await using events = reading(terminals.openContainer('web', { command: ['/bin/sh'] }, size))
    await opened(events)
    web.state = 'exited'
    store.changeContainer(web, 'die')
    expect(await events.until(({ kind }) => kind === 'exited')).toMatchObject({ code: 137 })
  })

  test('ends without a code when its container was removed with all that was known of it', async () => {
    await using fixture = await withEngine()
    const { store } = fixture.engine
    const web = addContainer(store, { name: 'web', image: 'nginx', age: 1 })
    const { terminals } = terminalsOf(fixture)
    await using events = reading(terminals.openContainer('web', { command: ['/bin/sh'] }, size))
    await opened(events)
    fixture.engine.breakNext('/exec/', { status: 404, message: 'No such exec instance: 12ab' }, 9)
    web.state = 'exited'
    store.changeContainer(web, 'die')
    await expect(events.until(({ kind }) => kind === 'exited')).rejects.toThrow(
      'the stream has ended',
    )
  })

  test('that takes a flood slowly is listened to no more with each piece of it', async () => {
    const input = new PassThrough({ highWaterMark: 1 })
    const machine = {
      terminal: () =>
        Promise.resolve({ stream: input, resize: () => undefined, exited: Promise.resolve(0) }),
    } as unknown as Machine
    const terminals = new Terminals(machine, {} as EngineClient)
    await using events = reading(terminals.openMachine(['sh'], size))
    const name = await opened(events)
    const before = input.listenerCount('close')
    for (let piece = 0; piece < 20; piece += 1) {
      const written = terminals.write(name, 'ab')
      await events.take()
      await written
    }
    expect(input.listenerCount('close')).toBe(before)
  })

  test('that is left is hung up in the guest, since the engine goes on running it', async () => {
    await using fixture = await withEngine()
    const { engine } = fixture
    addContainer(engine.store, { name: 'web', image: 'nginx', age: 1 })
    const { terminals, told } = terminalsOf(fixture)
    {
      await using events = reading(terminals.openContainer('web', { command: ['/bin/sh'] }, size))
      await opened(events)
      // An engine leaves it as it is; this one would end it with its connection.
      const [exec] = engine.store.execs.values()
      if (!exec) throw new Error('no exec')
      Object.defineProperty(exec, 'running', { get: () => true, set: () => undefined })
    }
    await expect.poll(() => told).toEqual([['kill', '-HUP', '4711']])
  })

  test('of a container that does not run, or that there is not, is told as that', async () => {
    await using fixture = await withEngine()
    addContainer(fixture.engine.store, { name: 'off', image: 'nginx', age: 1, state: 'exited' })
    const { terminals } = terminalsOf(fixture)
    const open = (id: string) => reading(terminals.openContainer(id, { command: ['sh'] }, size))
    await expect(open('off').take()).rejects.toMatchObject({ code: 'container-not-running' })
    await expect(open('nosuch').take()).rejects.toMatchObject({ code: 'container-missing' })
  })

  test('whose link is lost is told as that', async () => {
    await using fixture = await withEngine()
    addContainer(fixture.engine.store, { name: 'web', image: 'nginx', age: 1 })
    const { terminals } = terminalsOf(fixture)
    await using events = reading(terminals.openContainer('web', { command: ['/bin/sh'] }, size))
    await opened(events)
    await fixture.engine.close()
    await expect(events.until(() => false)).rejects.toMatchObject({ code: 'link-lost' })
  })

  test.each([
    [{ command: 'sh' }, size],
    [{ command: ['sh'], user: 1 }, size],
    [{ command: ['sh'], privileged: true }, size],
    [{ command: ['sh'] }, { columns: 0, rows: 1 }],
    [{ command: ['sh'] }, { columns: 80, rows: 1.5 }],
  ])('is not opened by %j at %j', async (exec, cells) => {
    await using fixture = await withEngine()
    const { terminals } = terminalsOf(fixture)
    expect(() => terminals.openContainer('web', exec as never, cells)).toThrow(
      expect.objectContaining({ code: 'input-invalid' }),
    )
  })
})

describe('the shells of a container', () => {
  test('are those that it has, each once, the most comfortable first', async () => {
    await using fixture = await withEngine()
    const shells = ['/bin/sh', '/usr/bin/sh', '/usr/bin/bash', '/bin/ash']
    const web = { name: 'web', image: 'nginx', age: 1, shells }
    addContainer(fixture.engine.store, web)
    addContainer(fixture.engine.store, { ...web, name: 'off', state: 'exited' })
    addContainer(fixture.engine.store, { ...web, name: 'none', shells: [] })
    const { terminals } = terminalsOf(fixture)
    expect(await terminals.shells('web')).toEqual(['/usr/bin/bash', '/bin/ash', '/bin/sh'])
    expect(await terminals.shells('off')).toEqual(['/usr/bin/bash', '/bin/ash', '/bin/sh'])
    expect(await terminals.shells('none')).toEqual([])
  })
})
