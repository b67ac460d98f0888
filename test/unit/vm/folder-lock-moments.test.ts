import type * as FileSystem from 'node:fs/promises'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { lockFolder } from '../../../vm/folder-lock.ts'

/** What a file system answers that cannot be had on every computer: no links, and a file that may not be removed. */
const answers = vi.hoisted(() => ({ links: true, removes: true, refusals: 0 }))

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FileSystem>()
  const refusal = () => {
    answers.refusals++
    return Promise.reject(Object.assign(new Error('EPERM: not permitted'), { code: 'EPERM' }))
  }
  return {
    ...real,
    link: (from: string, to: string) => (answers.links ? real.link(from, to) : refusal()),
    rm: (at: string, options: object) =>
      answers.removes || !at.endsWith('lock.json') ? real.rm(at, options) : refusal(),
  }
})

let folder: string
let path: string
beforeEach(async () => {
  Object.assign(answers, { links: true, removes: true, refusals: 0 })
  folder = await mkdtemp(join(tmpdir(), 'berth-lock-'))
  path = join(folder, 'lock.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const dead = JSON.stringify({ pid: process.pid, startTime: '1', token: 'x' })

test.each([
  ['with links', true],
  ['without links', false],
])('%s, of many that find a dead lock one wins', async (_what, links) => {
  answers.links = links
  await writeFile(path, dead)
  const all = await Promise.allSettled(Array.from({ length: 10 }, () => lockFolder(path)))
  const won = all.filter(({ status }) => status === 'fulfilled')
  expect(won).toHaveLength(1)
  const lost = all.find(({ status }) => status === 'rejected')
  expect(lost).toMatchObject({ reason: { code: 'disk-in-use', params: { pid: process.pid } } })
  if (won[0]?.status === 'fulfilled') await won[0].value[Symbol.asyncDispose]()
  expect(await readdir(folder)).toEqual([])
})

test('a dead lock that cannot be removed is tried for a second, then told', async () => {
  answers.removes = false
  await writeFile(path, dead)
  await expect(lockFolder(path)).rejects.toMatchObject({ code: 'folder-not-writable' })
  expect(answers.refusals).toBe(20)
  expect(await readdir(folder)).toEqual(['lock.json'])
})

test('a dead lock that can be removed a moment later is', async () => {
  answers.removes = false
  await writeFile(path, dead)
  const locking = lockFolder(path)
  await vi.waitUntil(() => answers.refusals > 1)
  answers.removes = true
  await using lock = await locking
  expect(lock).toBeDefined()
})
