import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { candidateAccels } from '../../../../vm/qemu/accel.ts'
import { findQemu, searchFolders } from '../../../../vm/qemu/find.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-find-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function program(script: string): Promise<void> {
  const path = join(folder, 'qemu-system-x86_64')
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
}

test('no QEMU is one clear code with the command that brings it', async () => {
  await expect(findQemu('amd64', { BERTH_QEMU: folder }, 'linux')).rejects.toMatchObject({
    code: 'qemu-missing',
    params: { command: expect.stringContaining('qemu-system-x86') },
  })
})

test('the version is read, and one that is too old is refused', async () => {
  await program('echo "QEMU emulator version 8.2.1 (Debian 1:8.2.1)"')
  const environment = { BERTH_QEMU: folder }
  expect(await findQemu('amd64', environment)).toMatchObject({ version: '8.2.1' })
  await program('echo "QEMU emulator version 5.2.0"')
  await expect(findQemu('amd64', environment)).rejects.toMatchObject({ code: 'qemu-too-old' })
})

test('a program that does not run is told by name', async () => {
  await program('exit 3')
  await expect(findQemu('amd64', { BERTH_QEMU: folder })).rejects.toMatchObject({
    code: 'qemu-failed',
    params: { program: join(folder, 'qemu-system-x86_64') },
  })
})

test('PATH comes before the usual folders, and a folder of the app before all', () => {
  expect(searchFolders({ PATH: '/a' }, 'darwin')[0]).toBe('/a')
  expect(searchFolders({ PATH: '/a' }, 'darwin')).toContain('/opt/homebrew/bin')
  expect(searchFolders({ PATH: '/a', BERTH_QEMU: '/own' }, 'linux')).toEqual(['/own'])
})

test.each([
  ['linux', 'amd64', 'amd64', ['kvm']],
  ['darwin', 'arm64', 'arm64', ['hvf']],
  ['win32', 'amd64', 'amd64', ['whpx']],
  ['linux', 'amd64', 'arm64', []],
] as const)('%s on %s can speed up a guest of %s by %s', (platform, host, guest, wanted) => {
  expect(candidateAccels(platform, host, guest)).toEqual(wanted)
})
