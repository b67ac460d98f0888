import { symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createBerthCli } from '../support/berth-cli.ts'

// Homes of every kind of name, met by the real CLI and the real app. None of these rows boots a machine.

/** The name that makes the home's path so many bytes long. */
function ofLength(bytes: number): string {
  const before = join(tmpdir(), 'berth-cli-XXXXXX', '/')
  return 'h'.repeat(bytes - Buffer.byteLength(before))
}

describe('the app works in a home', () => {
  test.each([
    ['of 60 bytes', ofLength(60)],
    ['of 104 bytes', ofLength(104)],
    ['of 108 bytes', ofLength(108)],
    ['of 200 bytes', ofLength(200)],
    ['with spaces and quotes', ` a "b" 'c' `],
    ['that a shell would read', '$(id) `id` $HOME; & |'],
    ['with a line break', 'a\nb'],
    ['of pictures', '🐳⚓'],
    ['of letters with their marks apart', 'e\u0301'],
    ['written from right to left', 'مرسى'],
    ['whose parent is missing', join('no', 'such', 'folder')],
  ])('%s', async (_, name) => {
    await using berth = await createBerthCli(name)
    const { code, stderr } = await berth(['start', '--wait'], { BERTH_IMAGE: '/nowhere' })
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('/nowhere') })
    const { stdout } = await berth(['status', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      app: { home: berth.home },
      error: { code: 'image-missing' },
    })
  })
})

describe('a home that cannot be is named in one sentence', () => {
  test('when its links go in a circle', async () => {
    await using berth = await createBerthCli('a/home')
    await symlink('b', join(berth.home, '../../a'))
    await symlink('a', join(berth.home, '../../b'))
    const { code, stderr } = await berth(['start', '--wait'])
    expect(code).toBe(1)
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining(berth.home)])
  })

  test('when it is no folder', async () => {
    await using berth = await createBerthCli()
    await symlink('/dev/null', berth.home)
    const { code, stderr } = await berth(['start', '--wait'])
    expect(code).toBe(1)
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining(berth.home)])
  })
})
