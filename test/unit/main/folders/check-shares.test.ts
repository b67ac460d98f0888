import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Settings } from '#api'
import { checkShares } from '../../../../main/folders/check-shares.ts'

type Share = Settings['shares'][number]

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'berth-shares-')))
  mkdirSync(join(folder, 'there'))
  writeFileSync(join(folder, 'file'), '')
  symlinkSync('there', join(folder, 'link'))
  symlinkSync('/', join(folder, 'root'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

it.each([
  ['there', undefined],
  ['link', undefined],
  ['missing', 'share-missing'],
  ['file', 'share-missing'],
  ['root', 'share-root'],
  ['a\nb', 'share-invalid'],
])('%j', async (name, code) => {
  const path = join(folder, name)
  const checked = checkShares([{ path, readOnly: false }])
  if (code === undefined) await checked
  else await expect(checked).rejects.toMatchObject({ code, params: { path } })
})

it('refuses what is no whole path, the whole computer, and the same folder twice', async () => {
  const refusal = (...paths: string[]) =>
    checkShares(paths.map((path) => ({ path, readOnly: true }))).catch((error: unknown) => error)
  expect(await refusal('there')).toMatchObject({ code: 'share-invalid' })
  expect(await refusal('/')).toMatchObject({ code: 'share-root' })
  expect(await refusal(join(folder, 'there'), join(folder, 'link'))).toMatchObject({
    code: 'share-twice',
  })
})

it('lets be what is shared already, though it may be gone by now', async () => {
  const toShare = (name: string): Share => ({ path: join(folder, name), readOnly: false })
  const there = toShare('there')
  const gone = toShare('gone')
  await checkShares([gone, there], [gone])
  await checkShares([{ ...gone, readOnly: true }], [gone, there])
  await expect(checkShares([there, toShare('link')], [there])).rejects.toMatchObject({
    code: 'share-twice',
  })
  await expect(checkShares([gone], [there])).rejects.toMatchObject({ code: 'share-missing' })
})
