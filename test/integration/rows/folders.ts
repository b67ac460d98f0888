import { lstat, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { appendFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDockerCli, type DockerCli } from '../../support/docker-cli.ts'
import type { FolderLab } from '../../support/folder-lab.ts'
import { compileInotify } from '../../support/inotify.ts'
import { type TarEntry, toTar } from '../../support/tar.ts'
import { followLines } from '../../support/told-lines.ts'

/** Shared folders on a real machine. The image `busybox` must be there. */
export function folderRows(lab: () => FolderLab, socketPath: () => string): void {
  describe('shared folders', () => {
    let docker: DockerCli
    const bind = (hostPath: string, path: string) => ['-v', `${hostPath}:${path}`]

    /** One container for all rows: each start costs seconds under emulation. */
    async function inside(script: string, ...options: string[]): Promise<string> {
      const asked = ['exec', ...options, 'folders', 'sh', '-c', script]
      const { code, stdout, stderr } = await docker(asked)
      if (code !== 0) throw new Error(stdout + stderr)
      return stdout.trim()
    }

    beforeAll(async () => {
      docker = await createDockerCli(socketPath())
      const { plain, aside } = lab()
      const started = await docker([
        ...['run', '-d', '--name', 'folders', ...bind(plain, '/p'), ...bind(aside, '/a')],
        ...['busybox', 'sleep', '1000'],
      ])
      expect(started.code, started.stderr).toBe(0)
    })
    afterAll(async () => {
      await docker(['rm', '-f', 'folders'])
      await docker[Symbol.asyncDispose]()
    })

    test('a container and the host see what the other writes, at the same path and aside', async () => {
      const { plain, aside, folders } = lab()
      for (const folder of [plain, aside]) await writeFile(join(folder, 'host'), 'from the host')
      const script = 'cat /p/host /a/host; echo from inside | tee /p/inside >/a/inside; sync'
      expect(await inside(script)).toBe('from the hostfrom the host')
      for (const folder of [plain, aside])
        expect(await readFile(join(folder, 'inside'), 'utf8')).toBe('from inside\n')
      expect(folders.toGuest(plain)).toMatchObject({ path: plain })
    })

    test('a folder keeps its name in what is told, and one that is not shared is refused', async () => {
      const { aside } = lab()
      const told = await docker(['inspect', '-f', '{{json .HostConfig.Binds}}', 'folders'])
      expect(JSON.parse(told.stdout)).toContain(`${aside}:/a`)
      const refused = await docker(['create', ...bind('/opt', '/o'), 'busybox', 'true'])
      expect(refused.stderr).toContain('/opt is not shared')
    })

    test('any user in a container writes, renames, syncs and gives away; on the host all is ours', async () => {
      const script = `mkdir /p/d && cd /p/d && echo one >a && mv a b && ln -s b l && ln b h &&
        chmod 640 b && sync && dd if=/dev/zero of=z bs=1k count=3 conv=fsync 2>/dev/null &&
        stat -c '%a %s' b z && rm h`
      expect(await inside(script, '-u', '1234:99')).toBe('640 4\n644 3072')
      const given = await inside(
        `chown 999:998 /p/d/b && chmod 4755 /p/d/b && stat -c '%u:%g %a' /p/d/b`,
      )
      expect(given).toBe('999:998 4755')
      const found = await stat(join(lab().plain, 'd/b'))
      expect([found.uid, found.mode & 0o7777]).toEqual([process.getuid?.(), 0o755])
    })

    test('what is shared for reading only stays as it is, and Berth’s own folder is closed', async () => {
      const file = join(lab().fixed, 'file')
      await writeFile(file, 'as it was')
      const script =
        'cat /p/fixed/file; echo no >/p/fixed/file; rm -f /p/fixed/file; ls /a/berth; echo; echo end'
      expect(await inside(`(${script}) 2>/dev/null`)).toBe('as it was\nend')
      expect(await readFile(file, 'utf8')).toBe('as it was')
    })

    test('a hostile archive stays in its folder, and is only files there', async () => {
      const { plain } = lab()
      const [target, before] = [join(plain, 'archive'), await outsideOf(plain)]
      await mkdir(target)
      const answers = new Map<string, string>()
      for (const [name, entries] of Object.entries(hostileArchives)) {
        const { stderr } = await docker(['cp', '-', 'folders:/p/archive'], toTar(entries))
        answers.set(name, stderr.trim())
      }
      for (const [name, said] of answers)
        expect(said !== '', `${name}: ${said}`).toBe(!harmless.includes(name))
      expect(await outsideOf(plain)).toEqual(before)
      for (const name of await readdir(target)) {
        const found = await lstat(join(target, name))
        const isPlain = found.isFile() || found.isDirectory() || found.isSymbolicLink()
        expect([name, isPlain, found.uid]).toEqual([name, true, process.getuid?.()])
        if (!found.isSymbolicLink()) expect([name, found.mode & 0o6000]).toEqual([name, 0])
      }
      expect(await readFile(join(target, 'absolute'), 'utf8')).toBe('kept in')
      expect(await readFile(join(target, 'CASE'), 'utf8')).toBe('upper')
      expect(await readFile(join(target, 'case'), 'utf8')).toBe('lower')
    })

    test('a second change in the same second, as long as the first, is read', async () => {
      const file = join(lab().plain, 'quick')
      for (const text of ['one', 'two', 'six', 'ten', 'old', 'new']) {
        writeFileSync(file, text)
        // Whoever opens it asks the host, so it need not be told of the change before.
        expect(await inside('cat /p/quick')).toBe(text)
      }
    })

    test('a change on the host is told to programs in containers, once, and changes nothing', async () => {
      const { plain, aside } = lab()
      await compileInotify(join(plain, 'inotify'))
      for (const folder of [plain, aside]) writeFileSync(join(folder, 'told'), 'x')
      const program = docker.follow(['exec', 'folders', '/p/inotify', '/p', '/a', '/p/told'])
      const events = followLines(program.lines)
      await events.until('watching')
      const took: number[] = []
      for (let turn = 0; turn < 20; turn++) {
        const file = join(turn % 2 ? plain : aside, 'told')
        const begun = performance.now()
        appendFileSync(file, 'x')
        const before = statSync(file, { bigint: true })
        await events.until(`modify:${turn % 2 ? 1 : 2}:told`)
        took.push(performance.now() - begun)
        const { size, mode, mtimeNs, ctimeNs } = statSync(file, { bigint: true })
        expect({ size, mode, mtimeNs, ctimeNs }).toEqual({
          ...{ size: before.size, mode: before.mode },
          ...{ mtimeNs: before.mtimeNs, ctimeNs: before.ctimeNs },
        })
      }
      // 200 ms are asked for; it is emulated, and the computer is busy.
      const slowest = took.toSorted((a, b) => a - b)[18] ?? Infinity
      expect(slowest, took.map(Math.round).join(' ')).toBeLessThan(1000)
      await pause(500)
      expect(events.all.filter((event) => event === 'modify:2:told')).toHaveLength(10)
      expect(events.all.filter((event) => event === 'modify:3:')).toHaveLength(10)

      writeFileSync(join(plain, 'made'), 'x')
      await events.until('modify:1:made')
      await events.until('modify:1:')
      program.stop()
    })

    test('what a container changes itself is not told it again', async () => {
      const { plain } = lab()
      writeFileSync(join(plain, 'mine'), 'x')
      const program = docker.follow(['exec', 'folders', '/p/inotify', '/p/mine'])
      const events = followLines(program.lines)
      await events.until('watching')
      await inside('echo more >>/p/mine; chmod 600 /p/mine')
      await pause(700)
      expect(events.all).toEqual(['watching', 'modify:1:', 'written:1:', 'attrib:1:'])
      program.stop()
    })
  })
}

/** What a hostile archive would like to change; the folder that it is meant for is left out. */
async function outsideOf(plain: string): Promise<unknown> {
  const names = async (folder: string) => (await readdir(folder)).filter((one) => one !== 'archive')
  const passwd = await stat('/etc/passwd', { bigint: true })
  return {
    ...{ beside: await names(plain), above: await names(dirname(plain)), etc: await names('/etc') },
    ...{ root: await names('/'), passwd: [passwd.mtimeNs, passwd.size, passwd.mode, passwd.nlink] },
  }
}

/** Those that the engine takes: what they ask for is made harmless, or is no harm. */
const harmless = ['an absolute name', 'setuid', 'names that differ in their case', 'odd names']

const hostileArchives: Record<string, TarEntry[]> = {
  'a name that leads out': [{ name: '../escaped', content: 'evil' }],
  'a name that leads far out': [{ name: '../../../../../../etc/escaped', content: 'evil' }],
  'an absolute name': [{ name: '/absolute', content: 'kept in' }],
  'a file through a link': [
    { name: 'etc', type: '2', link: '/etc' },
    { name: 'etc/escaped', content: 'evil' },
  ],
  'a file through a link upwards': [
    { name: 'up', type: '2', link: '../../../..' },
    { name: 'up/escaped', content: 'evil' },
  ],
  'a hard link to the outside': [{ name: 'hard', type: '1', link: '../../../../etc/passwd' }],
  'a device': [{ name: 'device', type: '3' }],
  'a fifo': [{ name: 'fifo', type: '6' }],
  setuid: [{ name: 'setuid', mode: 0o6755, content: '#!/bin/sh' }],
  'names that differ in their case': [
    { name: 'CASE', content: 'upper' },
    { name: 'case', content: 'lower' },
  ],
  'odd names': [{ name: 'CON' }, { name: 'a\\b' }, { name: 'new\nline' }, { name: 'dot.' }],
  'a file of 64 GiB that ends at once': [{ name: 'long', size: 2 ** 36 - 1, content: 'x' }],
}
