import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SettingsStore } from '../../../../main/settings/store.ts'

let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-settings-'))
  file = join(folder, 'settings.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('settings', () => {
  test('that were never changed are the defaults, and no file is made', async () => {
    const store = await SettingsStore.open(file)
    expect(store.current).toMatchObject({ language: 'system', theme: 'system', diskGiB: 64 })
    expect(await readdir(folder)).toEqual([])
  })

  test('are there again after a change, and only the change is in the file', async () => {
    const store = await SettingsStore.open(file)
    await store.set({ language: 'zh-CN' })
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ language: 'zh-CN' })
    expect((await SettingsStore.open(file)).current.language).toBe('zh-CN')
    expect(await readdir(folder)).toEqual(['settings.json'])
  })

  test('are told to who watches', async () => {
    const store = await SettingsStore.open(file)
    const seen = store.watch()[Symbol.asyncIterator]()
    await seen.next()
    await store.set({ theme: 'dark' })
    expect((await seen.next()).value).toMatchObject({ settings: { theme: 'dark' } })
    await seen.return?.()
  })

  test.each([
    [{ cpus: 0 }, 'setting-invalid'],
    [{ cpus: 4096 }, 'setting-invalid'],
    [{ memoryMiB: 1.5 }, 'setting-invalid'],
    [{ language: 'fr' }, 'setting-invalid'],
    [{ colour: 'red' }, 'setting-unknown'],
    [{ theme: 'dark', diskGiB: 1 }, 'setting-invalid'],
  ])('refuse %j whole', async (change, code) => {
    const store = await SettingsStore.open(file)
    const before = store.current
    await expect(store.set(change as never)).rejects.toMatchObject({ code })
    expect(store.current).toEqual(before)
    expect(await readdir(folder)).toEqual([])
  })

  test('that two faces change at once are both kept', async () => {
    const store = await SettingsStore.open(file)
    await Promise.all([store.set({ theme: 'dark' }), store.set({ language: 'zh-CN' })])
    expect(store.current).toMatchObject({ theme: 'dark', language: 'zh-CN' })
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ theme: 'dark', language: 'zh-CN' })
  })

  test('of a computer that had more, or of a newer Berth, are used as far as they can be', async () => {
    await writeFile(file, '{"cpus": 4096, "memoryMiB": "much", "diskGiB": 200, "newer": 1}')
    const { settings, limits, notice } = await (await SettingsStore.open(file)).get()
    expect(settings).toMatchObject({ cpus: limits.cpus.max, diskGiB: 200 })
    expect(notice).toBeUndefined()
    expect(await readdir(folder)).toEqual(['settings.json'])
  })

  test('that only a newer Berth or a bigger computer can use are still there after a change', async () => {
    await writeFile(file, '{"cpus": 4096, "theme": "sepia", "newer": {"deep": [1]}}')
    const store = await SettingsStore.open(file)
    await store.set({ language: 'en' })
    const untouched = { cpus: 4096, newer: { deep: [1] } }
    const written = async () => JSON.parse(await readFile(file, 'utf8')) as unknown
    expect(await written()).toEqual({ ...untouched, theme: 'sepia', language: 'en' })
    await store.set({ theme: 'dark' })
    expect(await written()).toEqual({ ...untouched, theme: 'dark', language: 'en' })
    expect(store.current).toMatchObject({ theme: 'dark', language: 'en' })
    expect(store.current).not.toHaveProperty('newer')
  })

  test.each(['', '{', '[]', '\u0000\u0001', '"text"', 'null'])(
    'that cannot be read (%j) are kept aside, and the defaults are used with a notice',
    async (text) => {
      await writeFile(file, text)
      const store = await SettingsStore.open(file)
      const { settings, notice } = await store.get()
      expect(settings.diskGiB).toBe(64)
      expect(notice?.code).toBe('settings-reset')
      const [kept = ''] = await readdir(folder)
      expect(kept).toMatch(/^settings\.json\.bad-/)
      expect(await readFile(join(folder, kept), 'utf8')).toBe(text)
    },
  )

  test.skipIf(process.platform === 'win32')(
    'that lead to a device which never ends are put aside',
    async () => {
      await symlink('/dev/full', file)
      const store = await SettingsStore.open(file)
      expect((await store.get()).notice).toMatchObject({ code: 'settings-reset' })
      await store.set({ theme: 'dark' })
      expect(await readFile(file, 'utf8')).toContain('dark')
    },
  )

  test('that cannot be written are told, and stay as they were', async () => {
    const store = await SettingsStore.open(file)
    await mkdir(join(file, 'in the way'), { recursive: true })
    await expect(store.set({ theme: 'dark' })).rejects.toMatchObject({
      code: 'home-not-writable',
    })
    expect(store.current.theme).toBe('system')
  })
})
