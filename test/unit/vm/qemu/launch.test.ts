import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { classifyEnd, launchQemu } from '../../../../vm/qemu/launch.ts'
import { readProcess } from '../../../../vm/qemu/process-table.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-launch-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const program = 'qemu-system-x86_64'
test.each([
  [`${program}: -netdev user,id=net: Could not set up host forwarding rule 'tcp:…'`, 'port-taken'],
  [`${program}: -device virtio-blk-pci: Failed to get "write" lock`, 'disk-in-use'],
  [`${program}: -sandbox on: seccomp support is disabled`, 'no-sandbox'],
  [`Could not access KVM kernel module: No such file or directory`, 'accel'],
  [`${program}: -m 99999999: cannot set up guest memory`, 'other'],
])('%s → %s', (said, kind) => {
  expect(classifyEnd(`${program}: warning: something\n${said}\n`, { code: 1 }).kind).toBe(kind)
})

test('the reason is the last line without the program, else how it ended', () => {
  expect(classifyEnd(`${program}: no memory\n`, { code: 1 }).reason).toBe('no memory')
  expect(classifyEnd('', { signal: 'SIGKILL' }).reason).toBe('ended by SIGKILL')
  expect(classifyEnd('', { code: 3 }).reason).toBe('exit code 3')
})

test('a launched program runs in a session of its own with its output in the file', async () => {
  const output = join(folder, 'qemu.log')
  const { pid, ended } = await launchQemu(
    '/bin/sh',
    ['-c', 'cat; cut -d" " -f6 /proc/$$/stat'],
    output,
  )
  expect(await ended).toEqual({ code: 0, signal: undefined })
  expect((await readFile(output, 'utf8')).trim()).toBe(String(pid))
  expect(await readProcess(pid)).toBeUndefined()
})

test('a program that cannot be run is named', async () => {
  const launching = launchQemu(join(folder, 'none'), [], join(folder, 'qemu.log'))
  await expect(launching).rejects.toMatchObject({ code: 'qemu-failed' })
})
