import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { builtImageFolder } from '../../vm/index.ts'
import { takeLock } from '../../main/host/lock.ts'
import { type BerthCli, createBerthCli } from '../support/berth-cli.ts'

// Bad surroundings, met by the real CLI and the real app. None of these rows boots a machine.
let berth: BerthCli
beforeEach(async () => {
  berth = await createBerthCli()
})
afterEach(() => berth[Symbol.asyncDispose]())

const sentences = (text: string) => text.trim().split('\n')

describe('a start', () => {
  test('without an image says where it looked, and the app can be asked for its state', async () => {
    const { code, stderr } = await berth(['start', '--wait'], { BERTH_IMAGE: '/nowhere' })
    expect({ code, lines: sentences(stderr) }).toEqual({
      code: 1,
      lines: [expect.stringContaining('/nowhere')],
    })
    const status = await berth(['status', '--json'])
    expect(JSON.parse(status.stdout)).toMatchObject({
      state: 'failed',
      error: { code: 'image-missing' },
    })
  })

  test('with a damaged image names the file', async () => {
    const image = join(berth.home, '..', 'image')
    await mkdir(image)
    const built = process.env['BERTH_IMAGE'] ?? (await builtImageFolder('amd64'))
    for (const name of ['initrd', 'rootfs', 'manifest.json'])
      await symlink(join(built, name), join(image, name))
    const kernel = await readFile(join(built, 'kernel'))
    kernel.writeUInt8(kernel.readUInt8(4096) ^ 1, 4096)
    await writeFile(join(image, 'kernel'), kernel)
    const { code, stderr } = await berth(['start', '--wait'], { BERTH_IMAGE: image })
    expect(code).toBe(1)
    expect(stderr).toContain('kernel')
  })

  test('without QEMU says how to get it', async () => {
    const { code, stderr } = await berth(['start', '--wait'], { BERTH_QEMU: '/nowhere' })
    expect(code).toBe(1)
    expect(sentences(stderr)).toEqual([expect.stringContaining('qemu')])
  })

  test('in a home that cannot be written names it, and leaves nothing', async () => {
    const { code, stderr } = await berth(['start', '--wait'], { BERTH_HOME: '/dev/null/berth' })
    expect(code).toBe(1)
    expect(sentences(stderr)).toEqual([expect.stringContaining('/dev/null/berth')])
  })

  test.runIf(process.getuid?.() === 0)(
    'in a home on a read-only file system names it',
    async () => {
      await mkdir(berth.home)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'berth-test', berth.home])
      try {
        const { code, stderr } = await berth(['start', '--wait'])
        expect(code).toBe(1)
        expect(sentences(stderr)).toEqual([expect.stringContaining(berth.home)])
      } finally {
        execFileSync('umount', [berth.home])
      }
    },
  )

  test.runIf(process.getuid?.() === 0)(
    'and settings on a disk that is full are told, and stay as they were',
    async () => {
      await mkdir(berth.home)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'berth-test', berth.home])
      try {
        expect((await berth(['set', 'theme=dark'])).code).toBe(0)
        const before = await readFile(join(berth.home, 'settings.json'), 'utf8')
        const ballast = join(berth.home, 'ballast')
        await writeFile(ballast, Buffer.alloc(1 << 20)).catch(() => undefined)
        const { code, stderr } = await berth(['set', 'theme=light', 'language=en'])
        expect({ code, lines: sentences(stderr) }).toEqual({
          code: 1,
          lines: [expect.stringContaining(`not enough room in ${berth.home}`)],
        })
        expect(await readFile(join(berth.home, 'settings.json'), 'utf8')).toBe(before)
        expect((await readdir(berth.home)).filter((name) => name.endsWith('.new'))).toEqual([])
      } finally {
        execFileSync('umount', [berth.home])
      }
    },
  )

  test('with settings that cannot be read keeps them aside and uses the defaults', async () => {
    await mkdir(berth.home)
    await writeFile(join(berth.home, 'settings.json'), '{"cpus": tw')
    expect((await berth(['get', 'diskGiB'])).stdout).toBe('64\n')
    const kept = (await readdir(berth.home)).filter((name) => name.startsWith('settings.json.bad-'))
    expect(await readFile(join(berth.home, kept[0] ?? ''), 'utf8')).toBe('{"cpus": tw')
  })

  test('made twice at once is one app', async () => {
    const env = { BERTH_IMAGE: '/nowhere' }
    const both = await Promise.all([berth(['start'], env), berth(['start'], env)])
    expect(both.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
      { code: 0, stderr: '' },
      { code: 0, stderr: '' },
    ])
    await expect.poll(() => appsOn(berth.home), { timeout: 20_000 }).toHaveLength(1)
  })

  test('in Chinese is told in Chinese', async () => {
    const { stderr } = await berth(['start', '--wait'], {
      BERTH_IMAGE: '/nowhere',
      LC_ALL: 'zh_CN.UTF-8',
    })
    expect(stderr).toMatch(/镜像/)
  })
})

describe('the command line', () => {
  test('tells what is stopped with exit code 3, as JSON too', async () => {
    const { code, stdout } = await berth(['status', '--json'])
    expect(code).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({ state: 'stopped', ports: [] })
    expect((await berth(['ui'])).code).toBe(3)
    expect((await berth(['restart'])).code).toBe(3)
  })

  test('tells the state while an app holds the home and does not answer yet', async () => {
    await mkdir(berth.home)
    using lock = takeLock(join(berth.home, 'app.lock'))
    expect(lock).toBeDefined()
    const { code, stderr } = await berth(['status'])
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' })
  })

  test.each([
    [['frobnicate']],
    [['status', '--yaml']],
    [['set']],
    [['set', 'cpus=0']],
    [['logs', 'x']],
  ])('refuses %j with exit code 2', async (args) => {
    const { code, stderr } = await berth(args)
    expect(code).toBe(2)
    expect(stderr).not.toBe('')
  })

  test('sets and gets, with and without the app', async () => {
    expect((await berth(['set', 'theme=dark', 'diskGiB=32'])).code).toBe(0)
    expect((await berth(['get', 'theme'])).stdout).toBe('dark\n')
    await berth(['start'], { BERTH_IMAGE: '/nowhere' })
    expect((await berth(['set', 'cpus=1', 'nosuch=1'])).code).toBe(2)
    expect((await berth(['set', 'theme=light'])).code).toBe(0)
    expect(JSON.parse((await berth(['get', '--json'])).stdout)).toMatchObject({
      theme: 'light',
      diskGiB: 32,
    })
  })

  test('points docker at the socket, whatever the home is called', async () => {
    const { stdout } = await berth(['env'], { BERTH_HOME: join(berth.home, 'd é 名 \'q" $x') })
    const shown = execFileSync('sh', ['-c', `${stdout}printf %s "$DOCKER_HOST"`], {
      encoding: 'utf8',
    })
    expect(shown).toMatch(/^unix:\/\/\/.*docker\.sock$/)
  })
})

/** Pids of the apps that run on a home. */
function appsOn(home: string): string[] {
  const found = execFileSync(
    'sh',
    ['-c', 'grep -lsF "BERTH_HOME=$0" /proc/[0-9]*/environ || true', home],
    {
      encoding: 'utf8',
    },
  )
  return found
    .trim()
    .split('\n')
    .filter((line) => line !== '')
}
