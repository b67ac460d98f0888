import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { EngineSettingsSnapshot } from '#api'
import type { LinkHealth, MachineProcess, MachineSnapshot, MachineState } from '#vm'
import { EngineSettings } from '../../../../main/engine-settings/engine-settings.ts'
import { EngineSettingsFiles } from '../../../../main/engine-settings/files.ts'
import { openLog } from '../../../../main/host/log.ts'
import { FakeEngineSettings } from '../../../support/fake-engine-settings.ts'

const process: MachineProcess = {
  ...{ pid: 1, accel: 'kvm', slow: false, cpus: 2, memoryMiB: 2048, swapMiB: 0, diskGiB: 64 },
  live: {
    cpus: { min: 1, max: 2 },
    memoryMiB: { min: 1024, max: 2048 },
    diskGiB: { min: 64, max: 64 },
  },
  ...{ sshPort: 1, adopted: false },
}
const running: MachineState = { phase: 'running', process }
const mirror = '{"registry-mirrors": ["https://mirror.example"]}\n'
const network = '{"bip": "10.9.0.1/24"}\n'

let folder: string
let guest: FakeEngineSettings
let settings: EngineSettings
let snapshot: MachineSnapshot
let listeners: Set<(snapshot: MachineSnapshot) => void>

const at = (name: string) => join(folder, name)
const show = (state: MachineState, engine: LinkHealth['state'] = 'ok') => {
  const health: LinkHealth[] = [{ link: 'engine', state: engine, repairs: 0 }]
  snapshot = { state, health, stages: [], repairs: [] }
  for (const listener of listeners) listener(snapshot)
}
const open = async () => {
  const files = await EngineSettingsFiles.open(at('engine.json'), at('engine.good.json'))
  const machine = {
    get snapshot() {
      return snapshot
    },
    onChange(listener: (now: MachineSnapshot) => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    exec: (command: readonly string[], { input = '' }: { input?: string | Buffer } = {}) =>
      guest.exec(command, String(input)),
  }
  settings = new EngineSettings({ machine, files, log: openLog(at('app.log')) })
}
/** The first state that is as it should be. */
const settled = async (isIt: (now: EngineSettingsSnapshot) => boolean) => {
  for await (const now of settings.watch()) if (isIt(now)) return now
  throw new Error('the stream has ended')
}
const textOf = (name: string) => readFile(at(name), 'utf8')

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-engine-'))
  guest = new FakeEngineSettings()
  listeners = new Set()
  show(running)
  await open()
})
afterEach(async () => {
  settings[Symbol.dispose]()
  await rm(folder, { recursive: true })
})

test('nothing is set at first, and nothing is asked of the machine', async () => {
  expect(await settings.get()).toEqual({ text: '{}\n', state: 'used' })
  expect(guest.asked).toEqual([])
})

test('what the engine reloads is reloaded, and is the last good from then on', async () => {
  expect(await settings.check(mirror)).toEqual({
    problems: [],
    takes: 'reload',
    held: [],
    changes: [{ key: 'registry-mirrors', after: '["https://mirror.example"]' }],
  })
  expect(await settings.apply(mirror)).toEqual({ text: mirror, state: 'used' })
  expect(guest.asked).toEqual(['check', 'reload'])
  expect([await textOf('engine.json'), await textOf('engine.good.json')]).toEqual([mirror, mirror])
})

test('what the engine reads at its start starts it anew', async () => {
  expect(await settings.check(network)).toMatchObject({ takes: 'restart' })
  await settings.apply(network)
  expect(guest.asked).toEqual(['check', 'restart 40'])
})

test('an engine in emulation gets longer to come back', async () => {
  show({ phase: 'running', process: { ...process, slow: true } })
  await settings.apply(network)
  expect(guest.asked).toEqual(['check', 'restart 100'])
})

test('an engine that does not answer is started anew, whatever has changed', async () => {
  show(running, 'down')
  await settings.apply(mirror)
  expect(guest.asked).toEqual(['check', 'restart 40'])
})

test('another look of the same settings is kept without the engine', async () => {
  await settings.apply(mirror)
  const text = '{\n  "registry-mirrors": [\n    "https://mirror.example"\n  ]\n}\n'
  expect(await settings.check(text)).toEqual({
    ...{ problems: [], changes: [], takes: 'nothing', held: [] },
  })
  expect(await settings.apply(text)).toEqual({ text, state: 'used' })
  expect(guest.asked).toEqual(['check', 'reload'])
})

describe('nothing is tried and nothing is kept of', () => {
  test('a text that is wrong', async () => {
    const text = '{\n  "debug": true,\n  "bip": "999.1.1.1/24",\n  "dns": 5\n}'
    expect((await settings.check(text)).problems).toHaveLength(2)
    await expect(settings.apply(text)).rejects.toMatchObject({
      code: 'engine-settings-wrong',
      params: { line: 3, column: 10, count: 2 },
    })
  })

  test('what the engine’s own check refuses', async () => {
    guest.refuses = () =>
      'unable to configure the Docker daemon with file engine-settings.json: merged configuration validation from file and command line flags failed: no mirror\n'
    await expect(settings.apply(mirror)).rejects.toMatchObject({
      code: 'engine-settings-refused',
      params: { said: 'no mirror' },
    })
  })

  test('what comes while the machine starts', async () => {
    show({ phase: 'starting', stage: 'boot' })
    await expect(settings.apply(mirror)).rejects.toMatchObject({ code: 'engine-settings-busy' })
  })

  test('what is no text', async () => {
    await expect(settings.apply(5 as never)).rejects.toMatchObject({ code: 'input-invalid' })
  })

  afterEach(async () => {
    expect((await settings.get()).text).toBe('{}\n')
    expect(guest.asked.filter((what) => what !== 'check')).toEqual([])
    expect(await readdir(folder)).not.toContain('engine.json')
  })
})

test('one is applied at a time', async () => {
  const held = Promise.withResolvers<undefined>()
  guest.gate = held.promise.then(() => undefined)
  const first = settings.apply(network)
  expect((await settings.get()).state).toBe('applying')
  await expect(settings.apply(mirror)).rejects.toMatchObject({ code: 'engine-settings-busy' })
  held.resolve(undefined)
  expect((await first).text).toBe(network)
})

describe('settings that the engine does not take on', () => {
  beforeEach(async () => {
    await settings.apply(mirror)
    guest.fails = (text) =>
      text === network ? 'failed to start daemon: bridge is taken\n' : undefined
  })

  test('are taken back, and it is told what had been changed', async () => {
    await expect(settings.apply(network)).rejects.toMatchObject({
      code: 'engine-settings-taken-back',
      params: { said: 'bridge is taken' },
    })
    const { text, state, takenBack } = await settings.get()
    expect({ text, state }).toEqual({ text: mirror, state: 'used' })
    expect(takenBack).toMatchObject({
      text: network,
      error: { code: 'engine-settings-taken-back' },
      changes: [
        { key: 'bip', after: '"10.9.0.1/24"' },
        { key: 'registry-mirrors', before: '["https://mirror.example"]' },
      ],
    })
    expect(await textOf('engine.json')).toBe(mirror)
    expect(await textOf(String(takenBack?.error.params['file']))).toBe(network)
  })

  test('are told of until others are taken on', async () => {
    await settings.apply(network).catch(() => undefined)
    expect((await settings.apply('{}')).takenBack).toBeUndefined()
  })

  test('and that leave no engine at all are told as that', async () => {
    guest.isLost = true
    await expect(settings.apply(network)).rejects.toMatchObject({
      code: 'engine-settings-not-back',
    })
  })
})

describe('settings of a machine that does not run', () => {
  beforeEach(async () => {
    show({ phase: 'stopped' })
    expect(await settings.check(mirror)).toMatchObject({ takes: 'next-start' })
    expect(await settings.apply(mirror)).toEqual({ text: mirror, state: 'waiting' })
    expect(guest.asked).toEqual([])
  })

  test('are good once its engine answers with them', async () => {
    guest.used = mirror
    show(running)
    await settled(({ state }) => state === 'used')
    expect(await textOf('engine.good.json')).toBe(mirror)
  })

  test('are taken back when its engine answers with others since it failed with them', async () => {
    guest.tried = mirror
    guest.fails = () => 'failed to start daemon: no such mirror'
    show(running)
    const { text, takenBack } = await settled((now) => now.takenBack !== undefined)
    expect(text).toBe('{}\n')
    expect(takenBack?.error.params['said']).toBe('no such mirror')
  })

  test('wait on while it runs with others', async () => {
    show(running)
    await expect.poll(() => guest.asked).toEqual(['state'])
    expect(await settled(({ state }) => state !== 'applying')).toEqual({
      ...{ text: mirror, state: 'waiting' },
    })
  })

  test('outlive the app', async () => {
    settings[Symbol.dispose]()
    await open()
    expect(await settings.get()).toEqual({ text: mirror, state: 'waiting' })
  })
})

test('a file that is no settings is set aside, and the last good are used', async () => {
  await settings.apply(mirror)
  settings[Symbol.dispose]()
  await writeFile(at('engine.json'), '{"hosts": ["tcp://0.0.0.0:2375"]}')
  await open()
  const { text, takenBack } = await settings.get()
  expect(text).toBe(mirror)
  expect(takenBack?.error.code).toBe('engine-settings-reset')
  expect(await textOf(String(takenBack?.error.params['file']))).toContain('2375')
})

describe('what is about the default bridge', () => {
  const text = '{"mtu": 1400, "icc": false, "ipv6": true, "debug": true, "dns": ["1.1.1.1"]}'

  test('is said to wait while containers run', async () => {
    guest.hasContainers = true
    expect((await settings.check(text)).held).toEqual(['icc', 'ipv6', 'mtu'])
    expect((await settings.check('{"debug": true}')).held).toEqual([])
  })

  test('counts at once when none runs, or no machine does', async () => {
    expect((await settings.check(text)).held).toEqual([])
    guest.hasContainers = true
    show({ phase: 'stopped' })
    expect(await settings.check(text)).toMatchObject({ takes: 'next-start', held: [] })
  })
})
