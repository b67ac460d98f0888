import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MemoryStore } from '../../../../main/settings/memory-store.ts'

let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-memory-'))
  file = join(folder, 'memory.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('what windows leave to be remembered', () => {
  test('is there again', async () => {
    const store = await MemoryStore.open(file)
    expect(await store.memory()).toEqual({})
    await Promise.all([store.remember('sort', '"age"'), store.remember('side', 'true')])
    await store.remember('sort', '"name"')
    expect(await (await MemoryStore.open(file)).memory()).toEqual({ sort: '"name"', side: 'true' })
    expect(await readdir(folder)).toEqual(['memory.json'])
  })

  test('is bounded: long texts are refused, and the oldest name makes room', async () => {
    const store = await MemoryStore.open(file)
    await expect(store.remember('long', 'x'.repeat(16_385))).rejects.toMatchObject({
      code: 'input-invalid',
    })
    await expect(store.remember('', 'x')).rejects.toMatchObject({ code: 'input-invalid' })
    await expect(store.remember('a', 1 as never)).rejects.toMatchObject({ code: 'input-invalid' })
    for (let index = 0; index < 70; index += 1) await store.remember(`n${index}`, 'x')
    const names = Object.keys(await store.memory())
    expect(names).toHaveLength(64)
    expect(names).not.toContain('n5')
    expect(names).toContain('n69')
  })

  test('keeps a name that means something to JavaScript as any other', async () => {
    const store = await MemoryStore.open(file)
    await store.remember('constructor', 'x')
    expect(await (await MemoryStore.open(file)).memory()).toEqual({ constructor: 'x' })
  })

  test.each(['', '[]', '{"a": 1}', '\u0000', 'null'])(
    'begins anew when the file cannot be read (%j), which is set aside',
    async (text) => {
      await writeFile(file, text)
      const store = await MemoryStore.open(file)
      expect(await store.memory()).toEqual({})
      await store.remember('a', 'b')
      const kept = (await readdir(folder)).find((name) => name.includes('.bad-')) ?? ''
      expect(await readFile(join(folder, kept), 'utf8')).toBe(text)
    },
  )

  test('lasts as long as the app where it cannot be written', async () => {
    const store = await MemoryStore.open(join(folder, 'nosuch', 'memory.json'))
    await store.remember('a', 'b')
    expect(await store.memory()).toEqual({ a: 'b' })
  })
})
