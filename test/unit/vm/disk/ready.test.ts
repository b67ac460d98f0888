import { renameSync } from 'node:fs'
import {
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Context } from '../../../../vm/context.ts'
import type { MoveProgress } from '../../../../vm/disk/data-disk.ts'
import { moveDisk } from '../../../../vm/disk/move.ts'
import { markLeftover } from '../../../../vm/disk/leftover.ts'
import { writePlace } from '../../../../vm/disk/place.ts'
import { readyDisk } from '../../../../vm/disk/ready.ts'
import { diskContext, isWholeDisk, removeFolder, writeDisk } from '../../../support/data-disk.ts'

let home: string
let context: Context
let moved: string
let draft: string
let old: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-ready-'))
  context = await diskContext(home)
  await mkdir(join(home, 'drive'))
  moved = join(home, 'drive', 'data.raw')
  draft = `${moved}.0badcafe.moving`
  old = context.files.disk
})
afterEach(() => removeFolder(home))

const place = async (): Promise<unknown> =>
  JSON.parse(await readFile(context.files.diskPlace, 'utf8'))

test('the first start makes a disk, and from then on there is one', async () => {
  await readyDisk(context)
  expect((await stat(old)).size).toBe(20 * 1024 ** 3)
  await rm(old)
  await expect(readyDisk(context)).rejects.toMatchObject({ code: 'disk-missing' })
  expect(await readdir(context.config.folder)).toEqual(['disk.json'])
  await rm(context.files.diskPlace)
  await readyDisk(context)
  expect(await readdir(context.config.folder)).toContain('data.raw')
})

test('a disk of a Berth that kept no record is taken as it is', async () => {
  await writeDisk(old)
  await readyDisk(context)
  expect(await isWholeDisk(old)).toBe(true)
  expect(await place()).toEqual({ path: 'data.raw' })
})

test('a disk that has become empty is not filled with holes', async () => {
  await writeDisk(old)
  await readyDisk(context)
  await truncate(old, 0)
  await expect(readyDisk(context)).rejects.toMatchObject({ code: 'disk-damaged' })
  expect((await stat(old)).size).toBe(0)
})

test.each(['', '{"path"', '{"folder":"/x"}'])('a record like %j stops the start', async (text) => {
  await writeFile(context.files.diskPlace, text)
  await expect(readyDisk(context)).rejects.toMatchObject({ code: 'disk-place-unreadable' })
  expect(await readdir(context.config.folder)).toEqual(['disk.json'])
})

/** Moments within a move that was decided: what lies where. */
const moments: [string, () => Promise<void>][] = [
  ['before the copy has its name', () => writeDisk(draft)],
  ['while the copy has both names', () => writeDisk(draft).then(() => link(draft, moved))],
  ['before the old one is gone', () => writeDisk(moved)],
]
test.each(moments)('a move that was cut short %s is completed', async (_name, make) => {
  await make()
  await writeFile(old, 'as it was when the move was decided')
  await writePlace(context.files, { path: moved, draft, old: await markLeftover(old) })
  await readyDisk(context)
  expect(await isWholeDisk(moved)).toBe(true)
  expect(await readdir(join(home, 'drive'))).toEqual(['data.raw'])
  expect(await readdir(context.config.folder)).toEqual(['disk.json'])
  expect(await place()).toEqual({ path: moved })
})

test('the old disk stays for as long as the new one is away', async () => {
  await writeDisk(draft)
  await writeDisk(old)
  await writePlace(context.files, { path: moved, draft, old: await markLeftover(old) })
  await rename(join(home, 'drive'), join(home, 'unplugged'))
  await expect(readyDisk(context)).rejects.toMatchObject({ code: 'disk-missing' })
  expect(await isWholeDisk(old)).toBe(true)
  await rename(join(home, 'unplugged'), join(home, 'drive'))
  await readyDisk(context)
  expect(await isWholeDisk(moved)).toBe(true)
})

test('another file that has taken the name is not overwritten', async () => {
  await writeDisk(draft)
  await writeDisk(old)
  await writeFile(moved, 'somebody’s')
  await writePlace(context.files, { path: moved, draft, old: await markLeftover(old) })
  await expect(readyDisk(context)).rejects.toMatchObject({
    code: 'disk-name-taken',
    params: { path: moved, draft },
  })
  expect(await readFile(moved, 'utf8')).toBe('somebody’s')
  await rm(moved)
  await readyDisk(context)
  expect(await isWholeDisk(moved)).toBe(true)
})

test('half a copy on a drive that is away goes when the drive is back', async () => {
  await writeDisk(old)
  await writeFile(draft, 'half')
  await writePlace(context.files, { path: old, draft })
  await rename(join(home, 'drive'), join(home, 'unplugged'))
  await readyDisk(context)
  expect(await isWholeDisk(old)).toBe(true)
  await rename(join(home, 'unplugged'), join(home, 'drive'))
  await readyDisk(context)
  expect(await readdir(join(home, 'drive'))).toEqual([])
  expect(await place()).toEqual({ path: 'data.raw' })
})

test('what a move has left on a drive that is away outlasts the next move, and goes when it is back', async () => {
  await writeDisk(old)
  await writeFile(draft, 'half')
  await writePlace(context.files, { path: old, draft })
  await rename(join(home, 'drive'), join(home, 'unplugged'))
  const { signal } = new AbortController()
  const near = join(home, 'near')
  await moveDisk(context, near, { signal, onProgress: () => undefined })
  await readyDisk(context)
  expect(await place()).toEqual({ path: join(near, 'data.raw'), left: [{ path: draft }] })
  await rename(join(home, 'unplugged'), join(home, 'drive'))
  await readyDisk(context)
  expect(await readdir(join(home, 'drive'))).toEqual([])
  expect(await place()).toEqual({ path: join(near, 'data.raw') })
})

test('a disk is never taken for what an older move has left at its place', async () => {
  await writeDisk(moved)
  await writePlace(context.files, {
    path: moved,
    left: [await markLeftover(moved), { path: draft }],
  })
  await readyDisk(context)
  expect(await isWholeDisk(moved)).toBe(true)
  expect(await place()).toEqual({ path: moved })
})

/** The disk on the drive is moved near, and the drive is pulled before the old file is gone. */
async function leaveOnDrive(): Promise<string> {
  await writeDisk(moved)
  await writePlace(context.files, { path: moved })
  const { signal } = new AbortController()
  const near = join(home, 'near')
  const onProgress = ({ step }: MoveProgress) => {
    if (step === 'finish') renameSync(join(home, 'drive'), join(home, 'unplugged'))
  }
  await moveDisk(context, near, { signal, onProgress })
  return join(near, 'data.raw')
}

test('an old disk on a drive that was pulled goes when the drive is back', async () => {
  const disk = await leaveOnDrive()
  await readyDisk(context)
  await utimes(disk, 1, 1)
  await rename(join(home, 'unplugged'), join(home, 'drive'))
  await readyDisk(context)
  expect(await readdir(join(home, 'drive'))).toEqual([])
  expect(await isWholeDisk(disk)).toBe(true)
  expect(await place()).toEqual({ path: disk })
})

test('another disk where an old one lay is let lie, and told', async () => {
  const disk = await leaveOnDrive()
  await mkdir(join(home, 'drive'))
  await writeDisk(moved)
  const told: unknown[] = []
  context.config.log = (event, fields) => told.push({ event, ...fields })
  await readyDisk(context)
  expect(await isWholeDisk(moved)).toBe(true)
  expect(told).toEqual([
    { event: 'disk-leftover-kept', path: moved, reason: expect.stringContaining('another file') },
  ])
  expect(await place()).toEqual({ path: disk })
})

test('an old disk that its drive brings back as it was goes', async () => {
  await writeDisk(old)
  await writeDisk(moved)
  const left = [await markLeftover(moved)]
  await writePlace(context.files, { path: old, left })
  await rename(join(home, 'drive'), join(home, 'unplugged'))
  await readyDisk(context)
  expect(await place()).toEqual({ path: 'data.raw', left })
  await rename(join(home, 'unplugged'), join(home, 'drive'))
  await readyDisk(context)
  expect(await readdir(join(home, 'drive'))).toEqual([])
  expect(await place()).toEqual({ path: 'data.raw' })
})

test('an old disk that was written to since is let lie', async () => {
  await writeDisk(old)
  await writeDisk(moved)
  await writePlace(context.files, { path: old, left: [await markLeftover(moved)] })
  await utimes(moved, 1, 1)
  await readyDisk(context)
  expect(await isWholeDisk(moved)).toBe(true)
  expect(await place()).toEqual({ path: 'data.raw' })
})

test('the only disk is not removed when its drive comes back under the name of an old one', async () => {
  await writeDisk(moved)
  const left = [await markLeftover(moved)]
  const renamed = join(home, 'renamed')
  await writePlace(context.files, { path: join(renamed, 'data.raw'), left })
  await expect(readyDisk(context)).rejects.toMatchObject({ code: 'disk-missing' })
  expect(await isWholeDisk(moved)).toBe(true)
  // Now it is there under both names.
  await symlink(join(home, 'drive'), renamed)
  await readyDisk(context)
  expect(await isWholeDisk(moved)).toBe(true)
  expect(await place()).toEqual({ path: join(renamed, 'data.raw') })
})

test.each(['left', 'old'])('an old disk that only its path tells (%s) is let lie', async (key) => {
  await writeDisk(old)
  await writeDisk(moved)
  await writeFile(draft, 'half')
  const record =
    key === 'left' ? { left: [moved, draft] } : { old: moved, draft: `${old}.0badcafe.moving` }
  await writeFile(context.files.diskPlace, JSON.stringify({ path: old, ...record }))
  await readyDisk(context)
  expect(await isWholeDisk(moved)).toBe(true)
  expect(await isWholeDisk(old)).toBe(true)
  expect(await readdir(join(home, 'drive'))).not.toContain(key === 'left' ? basename(draft) : '')
  expect(await place()).toEqual({ path: 'data.raw' })
})
