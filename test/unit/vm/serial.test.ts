import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { beginSerial, followMilestones, parseConsole, readTail } from '../../../vm/serial.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-serial-'))
  path = join(folder, 'serial.log')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test.each([
  ['berth: sshd 17.87', { stage: 'sshd' }],
  ['[   3.1] noise berth: disk 5.01\r', { stage: 'disk' }],
  ['berth: failed 9.01 disk: it is not ours', { error: { code: 'disk-damaged' } }],
  [
    'berth: failed boot: no root',
    { error: { code: 'boot-failed', params: { reason: 'no root' } } },
  ],
  ['[ 1.0] Kernel panic - not syncing: VFS: no root', { error: { code: 'boot-failed' } }],
  ['- runit: enter stage: /etc/runit/2', undefined],
])('the console line %j', (line, told) => {
  if (told) expect(parseConsole(line)).toMatchObject(told)
  else expect(parseConsole(line)).toBeUndefined()
})

test('the tail is clean and short, and the boot before is kept', async () => {
  expect(await readTail(path, 5)).toEqual([])
  await writeFile(path, '\x1bc\x1b[2Jone\r\n\r\ntwo\r\nthree')
  expect(await readTail(path, 2)).toEqual(['two', 'three'])
  await beginSerial(path, `${path}.old`)
  expect(await readTail(path, 2)).toEqual([])
  expect(await readFile(`${path}.old`, 'utf8')).toContain('three')
})

test('milestones are heard as they are written, also in pieces, and failures end the wait', async () => {
  const over = new AbortController()
  await writeFile(path, 'berth: kernel 1.0\n')
  const milestones = followMilestones(path, over.signal)
  await milestones.reached('kernel', over.signal)
  const sshd = milestones.reached('sshd', over.signal)
  await appendFile(path, 'berth: ss')
  await appendFile(path, 'hd 4.2\n')
  await sshd
  // Watched from the beginning: it may fail before the line that makes it fail is known to be written.
  const engine = expect(milestones.reached('engine', over.signal)).rejects.toMatchObject({
    code: 'disk-damaged',
  })
  await appendFile(path, 'berth: failed 9.0 disk: it cannot be mounted\n')
  await engine
  over.abort()
})
