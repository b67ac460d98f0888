import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readWhole, setAside, writeWhole } from '../../../../main/host/whole-file.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-whole-'))
  file = join(folder, 'a.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe.skipIf(process.platform === 'win32')('a file that is written whole', () => {
  test('is for this user alone, whatever an earlier run has left beside it', async () => {
    await writeFile(`${file}.new`, 'half')
    await chmod(`${file}.new`, 0o666)
    await writeWhole(file, 'secret')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readWhole(file)).toBe('secret')
  })

  test('is written through no link', async () => {
    const other = join(folder, 'other')
    await writeFile(other, 'theirs')
    await symlink(other, `${file}.new`)
    await writeWhole(file, 'secret')
    expect(await readFile(other, 'utf8')).toBe('theirs')
    expect(await readFile(file, 'utf8')).toBe('secret')
  })
})

test('what cannot be put in place leaves nothing beside it', async () => {
  await mkdir(join(file, 'full'), { recursive: true })
  await expect(writeWhole(file, 'a')).rejects.toMatchObject({ code: 'home-not-writable' })
  expect(await readdir(folder)).toEqual(['a.json'])
})

test('what is set aside is kept under another name', async () => {
  await writeFile(file, 'old')
  const kept = await setAside(file)
  expect(await readdir(folder)).toEqual([kept])
  expect(kept).toMatch(/^a\.json\.bad-/)
})
