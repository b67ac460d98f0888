import { execFile } from 'node:child_process'
import { mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findProgram } from '../../../../vm/qemu/find.ts'
import { readWriteLog, replay } from '../../../support/write-log.ts'

const run = promisify(execFile)
const noQemuIo = process.platform !== 'linux' || (await findProgram('qemu-io')) === undefined

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-log-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test.skipIf(noQemuIo)('what QEMU recorded makes the same disk again, up to any point', async () => {
  const [disk, log, again] = [join(folder, 'disk'), join(folder, 'log'), join(folder, 'again')]
  for (const path of [disk, again]) {
    await writeFile(path, '')
    await truncate(path, 65_536)
  }
  await writeFile(log, '')
  const node = { driver: 'raw', discard: 'unmap', file: { driver: 'file', filename: disk } }
  const recorded = {
    ...{ driver: 'blklogwrites', discard: 'unmap', file: node },
    log: { driver: 'file', filename: log },
  }
  const commands = ['write -P 65 4096 8192', 'flush', 'discard 8192 4096', 'write -P 66 512 512']
  const asked = commands.flatMap((command) => ['-c', command])
  await run('qemu-io', [...asked, `json:${JSON.stringify(recorded)}`])
  const entries = await readWriteLog(log)
  expect(entries.slice(0, 4).map(({ kind, offset, length }) => [kind, offset, length])).toEqual([
    ['write', 4096, 8192],
    ['flush', 0, 0],
    ['discard', 8192, 4096],
    ['write', 512, 512],
  ])
  await using source = await open(log)
  await using file = await open(again, 'r+')
  for (const entry of entries) await replay(entry, source, { file, path: again })
  expect((await readFile(again)).equals(await readFile(disk))).toBe(true)
})
