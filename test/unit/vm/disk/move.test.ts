import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Context } from '../../../../vm/context.ts'
import { checkMove, moveDisk } from '../../../../vm/disk/move.ts'
import { findDisk } from '../../../../vm/disk/place.ts'
import { readyDisk } from '../../../../vm/disk/ready.ts'
import type { MoveProgress } from '../../../../vm/disk/data-disk.ts'
import { findProgram } from '../../../../vm/qemu/find.ts'
import { findProcesses } from '../../../../vm/qemu/process-table.ts'
import {
  diskContext,
  isWholeDisk,
  otherFileSystem,
  removeFolder,
  writeDisk,
} from '../../../support/data-disk.ts'

const run = promisify(execFile)
const mover = fileURLToPath(new URL('../../../support/move-to-kill.ts', import.meta.url))
const noQemuImg = (await findProgram('qemu-img')) === undefined
const away = await otherFileSystem()
await removeFolder(away)

let home: string
let other: string | undefined
let context: Context
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-move-'))
  other = await otherFileSystem()
  context = await diskContext(home)
  await writeDisk(context.files.disk)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await removeFolder(home)
  await removeFolder(other)
})

async function standInForQemuImg(script: string): Promise<void> {
  const bin = join(home, 'bin')
  await mkdir(bin)
  await writeFile(join(bin, 'qemu-img'), script, { mode: 0o755 })
  vi.stubEnv('BERTH_QEMU', bin)
}

/** It says nothing and never ends. */
const hangQemuImg = () => standInForQemuImg('#!/usr/bin/env node\nsetInterval(() => {}, 60000)\n')

const folders = () => ({ near: join(home, 'elsewhere'), far: join(other ?? home, 'disks') })

async function move(folder: string, signal = new AbortController().signal) {
  const told: MoveProgress[] = []
  await moveDisk(context, folder, { signal, onProgress: (progress) => told.push(progress) })
  return told
}

/** One disk is named, it is whole, a start would take it, and nothing else lies about. */
async function expectOneDisk(folder: string): Promise<void> {
  await readyDisk(context)
  const path = await findDisk(context.files)
  expect(path).toBe(join(folder, 'data.raw'))
  expect(await isWholeDisk(path)).toBe(true)
  const { folder: own } = context.config
  const all = [own, ...Object.values(folders())]
  const names = await Promise.all(all.map((one) => readdir(one).catch(() => [])))
  expect(names.flat().filter((name) => name.startsWith('data.'))).toEqual(['data.raw'])
}

test('on the same file system the disk only gets another name', async () => {
  const { ino } = await stat(context.files.disk)
  const told = await move(folders().near)
  expect(told.map(({ step }) => step)).toEqual(['switch', 'finish'])
  await expectOneDisk(folders().near)
  expect((await stat(await findDisk(context.files))).ino).toBe(ino)
})

test('a disk that was a link to another place is moved itself', async () => {
  const place = join(home, 'large')
  await mkdir(place)
  await rename(context.files.disk, join(place, 'disk'))
  await symlink('../large/disk', context.files.disk)
  await move(folders().near)
  await expectOneDisk(folders().near)
  expect((await lstat(await findDisk(context.files))).isFile()).toBe(true)
})

test('moved twice, the disk ends in the machine’s own folder again', async () => {
  await move(folders().near)
  await move(context.config.folder)
  await expectOneDisk(context.config.folder)
  // The folder may be moved as a whole: it does not name itself.
  expect(JSON.parse(await readFile(context.files.diskPlace, 'utf8'))).toEqual({ path: 'data.raw' })
})

test('moved back under a home that is a link, the disk is named as it was at first', async () => {
  const linked = `${home}-link`
  await symlink(home, linked)
  context = await diskContext(linked)
  await move(folders().near)
  await move(context.config.folder)
  await rm(linked)
  expect(JSON.parse(await readFile(context.files.diskPlace.replace(linked, home), 'utf8'))).toEqual(
    { path: 'data.raw' },
  )
})

test('a disk that was not made yet is made, then moved', async () => {
  await rm(context.files.disk)
  await move(folders().near)
  const path = await findDisk(context.files)
  expect(path).toBe(join(folders().near, 'data.raw'))
  expect((await stat(path)).size).toBe(20 * 1024 ** 3)
})

test('a disk that should be there and is not keeps a move from stopping anything', async () => {
  await readyDisk(context)
  await rm(context.files.disk)
  await expect(checkMove(context, folders().near)).rejects.toMatchObject({ code: 'disk-missing' })
  expect(await readdir(home)).not.toContain('elsewhere')
})

test.each([
  ['a relative folder', () => 'elsewhere', 'disk-folder-unfit'],
  ['the folder of sockets', () => context.config.socketFolder, 'disk-folder-unfit'],
  ['a folder inside that', () => join(context.config.socketFolder, 'in'), 'disk-folder-unfit'],
  ['a folder without a parent', () => join(home, 'no/such'), 'disk-folder-missing'],
  ['a file', () => join(home, 'file'), 'folder-not-writable'],
  ['a folder with such a file', () => join(home, 'taken'), 'disk-exists-there'],
  ['a folder with such a link', () => join(home, 'linked'), 'disk-exists-there'],
  ['where it lies', () => context.config.folder, 'disk-there-already'],
])('%s is refused, and nothing is changed', async (_name, folder, code) => {
  await writeFile(join(home, 'file'), '')
  await mkdir(join(home, 'taken'))
  await writeFile(join(home, 'taken', 'data.raw'), 'somebody’s')
  await mkdir(join(home, 'linked'))
  await symlink('/nowhere', join(home, 'linked', 'data.raw'))
  await expect(move(folder())).rejects.toMatchObject({ code })
  await expectOneDisk(context.config.folder)
  expect(await readFile(join(home, 'taken', 'data.raw'), 'utf8')).toBe('somebody’s')
  expect(await readdir(context.config.socketFolder)).toEqual([])
})

describe.skipIf(noQemuImg || away === undefined)('to another file system', () => {
  test('the disk is copied with its holes, for this user only, and compared', async () => {
    const told = await move(folders().far)
    const steps = told.map(({ step }) => step)
    expect([...new Set(steps)]).toEqual(['copy', 'verify', 'switch', 'finish'])
    const last = told.findLast(({ step }) => step === 'copy')
    expect(last).toMatchObject({ bytes: expect.any(Number), total: expect.any(Number) })
    expect(last && 'bytes' in last && last.bytes === last.total).toBe(true)
    await expectOneDisk(folders().far)
    const { mode } = await lstat(await findDisk(context.files))
    expect(mode & 0o777).toBe(0o600)
    await move(context.config.folder)
    await expectOneDisk(context.config.folder)
  })

  test('a move that is cancelled is undone', async () => {
    await hangQemuImg()
    const cancel = new AbortController()
    const onProgress = () => setImmediate(() => cancel.abort(new Error('enough')))
    const { far } = folders()
    await expect(moveDisk(context, far, { signal: cancel.signal, onProgress })).rejects.toThrow(
      'enough',
    )
    await expectOneDisk(context.config.folder)
    expect(await readdir(other ?? '')).toEqual([])
    expect(await findProcesses('data.raw.')).toEqual([])
  })

  test('a copy that is not the same is never used', async () => {
    const program = (await findProgram('qemu-img')) ?? ''
    // It copies, and then the drive loses what was written.
    await standInForQemuImg(
      `#!/bin/sh\n${program} "$@" || exit\nfor last; do :; done\n[ "$1" != convert ] || printf x | dd of="$last" bs=1 seek=2147483648 conv=notrunc status=none\n`,
    )
    await expect(move(folders().far)).rejects.toMatchObject({ code: 'disk-copy-differs' })
    await expectOneDisk(context.config.folder)
  })

  test.each([
    ['Is another process using the image [/data.raw]?', 'disk-in-use'],
    ['error while reading sector 2048: Input/output error', 'disk-move-failed'],
  ])('a copy that ends with “%s” is undone', async (said, code) => {
    await standInForQemuImg(`#!/bin/sh\necho 'qemu-img: ${said}' >&2\nexit 1\n`)
    await expect(move(folders().far)).rejects.toMatchObject({ code })
    await expectOneDisk(context.config.folder)
    expect(await readdir(other ?? '')).toEqual([])
  })
})

describe.skipIf(noQemuImg || away === undefined)('an app that is killed', () => {
  const kill = async (folder: string, step: string) => {
    const child = spawn(process.execPath, [mover, home, folder, step], { stdio: 'inherit' })
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
  }

  test.each(['copy', 'verify', 'switch'])('at %s has moved nothing', async (step) => {
    await kill(folders().far, step)
    await expectOneDisk(context.config.folder)
  })

  test('once the copy counts has moved the disk', async () => {
    await kill(folders().far, 'finish')
    await expectOneDisk(folders().far)
  })

  test.each([
    ['switch', 'own' as const],
    ['finish', 'near' as const],
  ])('at %s of a disk that stays on its drive leaves one disk', async (step, where) => {
    await kill(folders().near, step)
    await expectOneDisk(where === 'own' ? context.config.folder : folders().near)
  })

  test('leaves no program that writes on', async () => {
    await hangQemuImg()
    const child = spawn(process.execPath, [mover, home, folders().far, 'none'])
    await vi.waitFor(async () => expect(await findProcesses('data.raw.')).toHaveLength(1), 10_000)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await findProcesses('data.raw.')).toHaveLength(1)
    vi.unstubAllEnvs()
    await expectOneDisk(context.config.folder)
    expect(await findProcesses('data.raw.')).toEqual([])
  })
})

const mayMount = process.platform === 'linux' && process.getuid?.() === 0

describe.skipIf(noQemuImg || !mayMount)('a drive', () => {
  const drive = () => join(home, 'drive')
  const mount = async (options: string) => {
    await mkdir(drive())
    await run('mount', ['-t', 'tmpfs', '-o', options, 'berth-test', drive()])
  }
  afterEach(async () => {
    await run('umount', [drive()])
  })

  test('without room is refused before anything is copied', async () => {
    await mount('size=64m')
    await expect(move(drive())).rejects.toMatchObject({
      code: 'disk-no-room',
      params: { free: '64 MiB', needed: expect.stringMatching(/^\d+\.\d GiB$/) },
    })
    await expectOneDisk(context.config.folder)
    expect(await readdir(drive())).toEqual([])
  })

  test('that fills up on the way is told so, and keeps nothing', async () => {
    await rm(context.files.disk)
    await writeDisk(context.files.disk, 96 * 1024 ** 2)
    await mount('size=2g')
    const onProgress = ({ step }: MoveProgress) => {
      if (step === 'copy') execFileSync('mount', ['-o', 'remount,size=32m', drive()])
    }
    const { signal } = new AbortController()
    await expect(moveDisk(context, drive(), { signal, onProgress })).rejects.toMatchObject({
      code: 'disk-no-room',
    })
    expect(await readdir(drive())).toEqual([])
    await expectOneDisk(context.config.folder)
  })

  test('that is read-only is refused', async () => {
    await mount('ro')
    await expect(move(drive())).rejects.toMatchObject({
      code: 'folder-not-writable',
      params: { reason: 'EROFS' },
    })
    await expectOneDisk(context.config.folder)
  })

  test('that is not plugged in keeps the machine from starting, and gets no empty disk', async () => {
    await mount('size=2g')
    await move(drive())
    await run('umount', [drive()])
    await expect(readyDisk(context)).rejects.toMatchObject({
      code: 'disk-missing',
      params: { path: join(drive(), 'data.raw'), record: context.files.diskPlace },
    })
    expect(await readdir(drive())).toEqual([])
    expect(await readdir(context.config.folder)).not.toContain('data.raw')
    await run('mount', ['-t', 'tmpfs', 'berth-test', drive()])
  })
})
