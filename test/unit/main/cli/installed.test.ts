import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findInstalledApp } from '../../../../main/cli/installed.ts'

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'berth-cli-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

test.each([
  ['linux', 'node', 'berth-desktop'],
  ['darwin', 'node', join('MacOS', 'Berth')],
  ['win32', 'node.exe', 'Berth.exe'],
] as const)('an installed app is found by its commands (%s)', async (platform, node, program) => {
  await writeFile(join(folder, node), '')
  const around = dirname(dirname(folder))
  expect(findInstalledApp(folder, platform)).toEqual({
    resources: dirname(folder),
    program: join(around, program),
  })
})

test('a checkout has none', () => {
  expect(findInstalledApp()).toBeUndefined()
  expect(findInstalledApp(folder)).toBeUndefined()
})
