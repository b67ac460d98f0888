import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { candidateAccels } from '../../../../vm/qemu/accel.ts'
import { findQemu, searchFolders } from '../../../../vm/qemu/find.ts'
import { findProcesses } from '../../../../vm/qemu/process-table.ts'
import { expectTold } from '../../../support/told-error.ts'

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

/** The ELF header of a program for a Motorola 68000, and nothing else. */
const foreign = Buffer.from('7f454c46010201000000000000000000000200040000000100000000', 'hex')

test.each([
  ['that does not run', '#!/bin/sh\nexit 3\n', 0o755],
  ['for another processor', foreign, 0o755],
  ['that is empty', '', 0o755],
  ['that may not be run', '#!/bin/sh\necho "QEMU emulator version 9.0.0"\n', 0o644],
])(
  'a program %s is told by name, with the command that brings another',
  async (_what, text, mode) => {
    const path = join(folder, 'qemu-system-x86_64')
    await writeFile(path, text)
    await chmod(path, mode)
    const error = await findQemu('amd64', { BERTH_QEMU: folder }, 'linux').catch(
      (cause: unknown) => cause,
    )
    expectTold(error, 'qemu-unusable')
    expect(error).toMatchObject({
      params: { program: path, command: expect.stringContaining('qemu-system-x86') },
    })
  },
)

test('a program that is late is told as that, and ended', async () => {
  await program("trap '' TERM\nwhile :; do sleep 1; done")
  const error = await findQemu('amd64', { BERTH_QEMU: folder }, 'linux', 500).catch(
    (cause: unknown) => cause,
  )
  expectTold(error, 'qemu-slow')
  expect(error).toMatchObject({ params: { seconds: 0.5 } })
  expect(await findProcesses(folder)).toEqual([])
})

test('a program that may not be run is no hindrance to the next one', async () => {
  const [one, two] = [join(folder, 'one'), join(folder, 'two')]
  for (const [place, mode] of [
    [one, 0o644],
    [two, 0o755],
  ] as const) {
    await mkdir(place)
    const path = join(place, 'qemu-system-x86_64')
    await writeFile(path, '#!/bin/sh\necho "QEMU emulator version 9.0.0"\n')
    await chmod(path, mode)
  }
  const found = await findQemu('amd64', { PATH: [one, two].join(delimiter) })
  expect(found.program).toBe(join(two, 'qemu-system-x86_64'))
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
