import { chmod, chown, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { findHelpers, standardPlaces } from '../../../../main/credentials/find-helpers.ts'

let root: string
let bin: string
let program: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'berth-places-'))
  bin = join(root, 'bin')
  program = join(bin, 'docker-credential-pass')
  await mkdir(bin, { mode: 0o755 })
  await writeFile(program, '')
  await chmod(program, 0o755)
})
afterEach(() => rm(root, { recursive: true, force: true }))

const find = () => findHelpers({ folders: [bin], names: ['secretservice', 'pass'] })

describe('a credential helper', () => {
  test('is found where its installer puts it', async () => {
    expect(await find()).toEqual([program])
  })

  test.each<[string, () => Promise<unknown>]>([
    ['that others may write', () => chmod(program, 0o757)],
    ['that a group may write', () => chmod(program, 0o775)],
    ['in a folder that others may write', () => chmod(bin, 0o757)],
    ['below a folder that a group may write', () => chmod(root, 0o770)],
    ['that nobody can run', () => chmod(program, 0o644)],
    [
      'that is a folder',
      async () => {
        await rm(program)
        await mkdir(program)
      },
    ],
    [
      'that a link has elsewhere, where others may write',
      async () => {
        await mkdir(join(root, 'open'))
        await chmod(join(root, 'open'), 0o777)
        await rename(program, join(root, 'open', 'it'))
        await symlink(join(root, 'open', 'it'), program)
      },
    ],
    [
      'that is a link to a program of another name',
      async () => {
        await rename(program, join(root, 'run-anything'))
        await symlink(join(root, 'run-anything'), program)
      },
    ],
    [
      'that a link leads to, from a folder that others may write',
      async () => {
        await mkdir(join(root, 'opt'), { mode: 0o755 })
        await rename(program, join(root, 'opt', 'docker-credential-pass'))
        await symlink(join(root, 'opt', 'docker-credential-pass'), program)
        await chmod(bin, 0o777)
      },
    ],
    [
      'in a folder that is a link, where others may write beside it',
      async () => {
        await mkdir(join(root, 'opt'), { mode: 0o755 })
        await rename(bin, join(root, 'opt', 'bin'))
        await mkdir(join(root, 'open'))
        await symlink(join(root, 'opt', 'bin'), join(root, 'open', 'bin'))
        await chmod(join(root, 'open'), 0o777)
        bin = join(root, 'open', 'bin')
      },
    ],
    [
      'that a link leads to by another link, where others may write',
      async () => {
        const [open, opt] = [join(root, 'open'), join(root, 'opt')]
        await mkdir(open)
        await mkdir(opt, { mode: 0o755 })
        await rename(program, join(opt, 'docker-credential-pass'))
        await symlink(join(opt, 'docker-credential-pass'), join(open, 'docker-credential-pass'))
        await symlink(join(open, 'docker-credential-pass'), program)
        await chmod(open, 0o777)
      },
    ],
  ])('%s is none', async (_what, spoil) => {
    await spoil()
    expect(await find()).toEqual([])
  })

  test.runIf(process.getuid?.() === 0)('that is another user’s is none', async () => {
    await chown(program, 12_345, 12_345)
    expect(await find()).toEqual([])
  })

  test('that a link leads to is known by where it lies', async () => {
    const kept = join(root, 'opt', 'docker-credential-pass')
    await mkdir(join(root, 'opt'), { mode: 0o755 })
    await rename(program, kept)
    await symlink(kept, program)
    expect(await find()).toEqual([kept])
  })

  test('in PATH alone is not found: whoever can put a folder there would be handed passwords', async () => {
    vi.stubEnv('PATH', [bin, process.env['PATH']].join(delimiter))
    for (const platform of ['linux', 'darwin'] as const) {
      const places = standardPlaces(platform, { PATH: bin, ProgramFiles: bin })
      expect(await findHelpers(places)).not.toContain(program)
      expect(places.folders.every((folder) => folder.startsWith('/'))).toBe(true)
    }
    vi.unstubAllEnvs()
  })
})
