import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockFolder } from '../../../vm/folder-lock.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-lock-'))
  path = join(folder, 'lock.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('of many at once one wins, the others are told who has it', async () => {
  const all = await Promise.allSettled(Array.from({ length: 10 }, () => lockFolder(path)))
  const won = all.filter(({ status }) => status === 'fulfilled')
  expect(won).toHaveLength(1)
  const lost = all.find(({ status }) => status === 'rejected')
  expect(lost).toMatchObject({ reason: { code: 'disk-in-use', params: { pid: process.pid } } })
  if (won[0]?.status === 'fulfilled') await won[0].value[Symbol.asyncDispose]()
  expect(await readdir(folder)).toEqual([])
})

test.each([
  ['a dead process', JSON.stringify({ pid: 2 ** 22 + 1, startTime: '1', token: 'x' })],
  [
    'another process with its pid',
    JSON.stringify({ pid: process.pid, startTime: '1', token: 'x' }),
  ],
  ['nothing that can be read', '{"pid":'],
])('a lock of %s counts for nothing', async (_what, text) => {
  await writeFile(path, text)
  await using lock = await lockFolder(path)
  expect(lock).toBeDefined()
  expect(await readdir(folder)).toEqual(['lock.json'])
})
