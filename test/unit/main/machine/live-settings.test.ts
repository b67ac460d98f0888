import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { VmError } from '#vm'
import { createLiveSettings } from '../../../../main/machine/live-settings.ts'
import { SettingsStore } from '../../../../main/settings/store.ts'
import { FakeLimits } from '../../../support/fake-limits.ts'

let folder: string
let store: SettingsStore
let limits: FakeLimits
let logins: unknown[]
const network = {
  setLogin: (...login: unknown[]) => {
    logins.push(login)
    return Promise.resolve()
  },
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-settings-'))
  store = await SettingsStore.open(join(folder, 'settings.json'))
  limits = new FakeLimits()
  logins = []
})
afterEach(() => rm(folder, { recursive: true }))

describe('a change of what the machine may use', () => {
  test('is at work there when it is stored', async () => {
    const { settings } = await createLiveSettings(store, limits, network).set({ cpus: 1 })
    expect(settings.cpus).toBe(1)
    expect(limits.applied).toBe(1)
  })

  test('that the machine cannot have is refused, and not stored', async () => {
    limits.refusal = new VmError('memory-in-use', { wantedMiB: 1024, usedMiB: 900, leastMiB: 1412 })
    const setting = createLiveSettings(store, limits, network).set({
      memoryMiB: 1024,
      theme: 'dark',
    })
    await expect(setting).rejects.toMatchObject({ name: 'AppError', code: 'memory-in-use' })
    await expect(readFile(join(folder, 'settings.json'))).rejects.toThrow('ENOENT')
    expect(limits.applied).toBe(0)
  })

  test('that no machine could have never gets to it', async () => {
    const setting = createLiveSettings(store, limits, network).set({ cpus: 0 })
    await expect(setting).rejects.toMatchObject({ code: 'setting-invalid' })
    expect(limits.applied).toBe(0)
  })
})

test('another setting leaves the machine alone', async () => {
  limits.refusal = new Error('not to be asked')
  await createLiveSettings(store, limits, network).set({ theme: 'dark' })
  expect(store.current.theme).toBe('dark')
  expect(limits.applied).toBe(0)
})

describe('a login in the address of a proxy', () => {
  test('is kept where logins are, and not in settings', async () => {
    const change = {
      httpProxy: 'http://mia:p%40ss@proxy.example:3128',
      proxyMode: 'manual' as const,
    }
    const { settings } = await createLiveSettings(store, limits, network).set(change)
    expect(settings.httpProxy).toBe('http://proxy.example:3128')
    expect(logins).toEqual([['http://proxy.example:3128', { username: 'mia', password: 'p@ss' }]])
    expect(await readFile(join(folder, 'settings.json'), 'utf8')).not.toContain('p%40ss')
  })

  test('is not kept when the change is refused', async () => {
    const change = { httpProxy: 'http://mia:secret@proxy.example:3128', noProxy: '!' }
    const setting = createLiveSettings(store, limits, network).set(change)
    await expect(setting).rejects.toMatchObject({ params: { key: 'noProxy' } })
    expect(logins).toEqual([])
  })
})

test('settings that somebody has edited are used without the password in them', async () => {
  const file = join(folder, 'edited.json')
  await writeFile(file, JSON.stringify({ httpProxy: 'http://mia:secret@proxy.example:3128' }))
  expect((await SettingsStore.open(file)).current.httpProxy).toBe('')
})
