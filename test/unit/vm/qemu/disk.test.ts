import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  mkdtemp,
  mkdir,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { prepareDisk } from '../../../../vm/qemu/disk.ts'
import { findProgram } from '../../../../vm/qemu/find.ts'

const run = promisify(execFile)
const gibibyte = 1024 ** 3
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-disk-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

describe('a raw disk', () => {
  const raw = (diskGiB: number) => ({
    path: join(folder, 'data.raw'),
    format: 'raw' as const,
    diskGiB,
  })

  test('is made sparse and for this user only', async () => {
    await prepareDisk(raw(20))
    const { size, blocks, mode } = await stat(raw(1).path)
    expect(size).toBe(20 * gibibyte)
    expect(blocks).toBe(0)
    expect(mode & 0o777).toBe(0o600)
  })

  test('grows and keeps what it holds', async () => {
    await writeFile(raw(1).path, 'sentinel')
    await prepareDisk(raw(1))
    await prepareDisk(raw(2))
    expect((await stat(raw(1).path)).size).toBe(2 * gibibyte)
  })

  test('that was only just begun is finished', async () => {
    await writeFile(raw(1).path, '')
    await prepareDisk(raw(1))
    expect((await stat(raw(1).path)).size).toBe(gibibyte)
  })

  test('is never made smaller', async () => {
    await writeFile(raw(1).path, '')
    await truncate(raw(1).path, 3 * gibibyte)
    await expect(prepareDisk(raw(2))).rejects.toMatchObject({
      code: 'disk-shrink',
      params: { haveGiB: 3, wantedGiB: 2 },
    })
    expect((await stat(raw(1).path)).size).toBe(3 * gibibyte)
  })

  test('with a folder in its place is damaged, and the folder stays', async () => {
    await mkdir(raw(1).path)
    await expect(prepareDisk(raw(1))).rejects.toMatchObject({ code: 'disk-damaged' })
  })
})

const noQemuIo = (await findProgram('qemu-io')) === undefined

describe.skipIf((await findProgram('qemu-img')) === undefined)('a qcow2 disk', () => {
  const qcow2 = (diskGiB: number) => ({
    path: join(folder, 'data.qcow2'),
    format: 'qcow2' as const,
    diskGiB,
  })

  test('is made, grown, and not made smaller', async () => {
    await prepareDisk(qcow2(1))
    await prepareDisk(qcow2(2))
    await expect(prepareDisk(qcow2(1))).rejects.toMatchObject({
      code: 'disk-shrink',
      params: { haveGiB: 2 },
    })
  })

  test('with a broken header is damaged, and stays as it is', async () => {
    await writeFile(qcow2(1).path, 'not a disk at all')
    await expect(prepareDisk(qcow2(1))).rejects.toMatchObject({ code: 'disk-damaged' })
    expect((await stat(qcow2(1).path)).size).toBe(17)
  })

  /** A qemu-img that does what `script` says. */
  async function stand(script: string): Promise<void> {
    const programs = join(folder, 'bin')
    await mkdir(programs)
    await writeFile(join(programs, 'qemu-img'), `#!/bin/sh\n${script}\n`)
    await chmod(join(programs, 'qemu-img'), 0o755)
    vi.stubEnv('BERTH_QEMU', programs)
  }

  test('that was cut while it was made is made anew', async () => {
    await stand('for name; do case $name in *data*) printf half > "$name";; esac; done; kill -9 $$')
    await expect(prepareDisk(qcow2(1))).rejects.toMatchObject({ signal: 'SIGKILL' })
    vi.unstubAllEnvs()
    expect(await readdir(folder)).toEqual(['bin'])
    await prepareDisk(qcow2(1))
    await prepareDisk(qcow2(1))
    expect((await readdir(folder)).sort()).toEqual(['bin', 'data.qcow2'])
  })

  test('with tables that disagree is damaged, and stays as it is', async () => {
    await prepareDisk(qcow2(1))
    const { path } = qcow2(1)
    await truncate(path, 60 * 1024)
    const before = await readFile(path)
    await expect(prepareDisk(qcow2(1))).rejects.toMatchObject({ code: 'disk-damaged' })
    expect(await readFile(path)).toEqual(before)
  })

  describe.skipIf(noQemuIo)('that holds something', () => {
    const cluster = 65_536
    const [refcounts, l1, l2, data] = [2 * cluster, 3 * cluster, 4 * cluster, 5 * cluster]

    beforeEach(async () => {
      await prepareDisk(qcow2(1))
      await run('qemu-io', ['-f', 'qcow2', '-c', 'write -P 65 0 65536', qcow2(1).path])
      expect((await stat(qcow2(1).path)).size).toBe(data + cluster)
    })

    const flip = async (at: number, bit: number) => {
      const file = await open(qcow2(1).path, 'r+')
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at)
      await file.write(Buffer.of(buffer.readUInt8(0) ^ bit), 0, 1, at)
      await file.close()
    }

    test.each([
      ['in its magic', () => flip(0, 1)],
      ['in its version', () => flip(7, 4)],
      ['in the size of its clusters', () => flip(23, 32)],
      ['in the place of its first table', () => flip(46, 1)],
      ['in the place of its reference counts', () => flip(54, 1)],
      ['in what it needs to be understood', () => flip(72, 64)],
      ['in its first table', () => flip(l1 + 5, 8)],
      ['in its second table', () => flip(l2 + 5, 8)],
      ['in a reference count, which is none now', () => flip(refcounts + 11, 1)],
      ['at its end, which is gone', () => truncate(qcow2(1).path, data - 512)],
    ])('and is wrong %s is damaged, and stays as it is', async (_where, damage) => {
      await damage()
      const before = await readFile(qcow2(1).path)
      await expect(prepareDisk(qcow2(1))).rejects.toMatchObject({ code: 'disk-damaged' })
      expect(await readFile(qcow2(1).path)).toEqual(before)
    })

    test('and has room that nobody uses is used as it is', async () => {
      await truncate(qcow2(1).path, data + 2 * cluster)
      await flip(refcounts + 13, 1)
      await expect(run('qemu-img', ['check', qcow2(1).path])).rejects.toMatchObject({ code: 3 })
      await prepareDisk(qcow2(1))
    })
  })

  test('that could not be looked at is not called damaged', async () => {
    await prepareDisk(qcow2(1))
    await stand('echo "qemu-img: Cannot allocate memory" >&2; exit 1')
    await expect(prepareDisk(qcow2(1))).rejects.toMatchObject({
      code: 'qemu-failed',
      params: { reason: 'qemu-img: Cannot allocate memory' },
    })
  })

  test.skipIf(noQemuIo)('in use says so', async () => {
    await prepareDisk(qcow2(1))
    const user = spawn('qemu-io', ['-f', 'qcow2', qcow2(1).path])
    const ended = once(user, 'exit')
    try {
      await once(user.stdout, 'data')
      await expect(prepareDisk(qcow2(1))).rejects.toMatchObject({ code: 'disk-in-use' })
    } finally {
      user.kill('SIGKILL')
      await ended
    }
    await prepareDisk(qcow2(1))
  })
})
