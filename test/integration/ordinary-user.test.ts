import { execFile } from 'node:child_process'
import { chown, cp, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { builtImageFolder } from '../../vm/index.ts'
import { createBerthCli, type OtherUser } from '../support/berth-cli.ts'
import { createDockerCli } from '../support/docker-cli.ts'

const full = process.env['BERTH_TEST_FULL'] === '1'
const user: OtherUser | undefined =
  process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined
const uid = user?.uid ?? process.getuid?.()

/** It costs a boot. */
test.runIf(full)(
  'the app of an ordinary user gives any user of a container a folder that stays the user’s own',
  { timeout: 600_000 },
  async ({ skip }) => {
    if (!(await canRead(import.meta.filename))) skip('an ordinary user cannot read this checkout')
    await using own = await createHomeOf()
    await using berth = await createBerthCli('home', user)
    const env = { HOME: own.folder, BERTH_IMAGE: own.image }
    const started = await berth(['start', '--wait'], env)
    expect(started.code, started.stderr).toBe(0)
    const status: unknown = JSON.parse((await berth(['status', '--json'])).stdout)
    expect(status).toMatchObject({ state: 'running' })
    await using docker = await createDockerCli((status as { dockerSocket: string }).dockerSocket)
    expect(await docker(['build', '-t', 'busybox', docker.buildContext])).toMatchObject({ code: 0 })

    const run = ['run', '-d', '--name', 'owners', '-v', `${own.project}:/p`, '-p', '81:80']
    const made = await docker([...run, 'busybox', 'sleep', '1000'])
    expect(made.code, made.stderr).toBe(0)
    const inside = async (script: string, as = '0:0') => {
      const { code, stdout, stderr } = await docker([
        ...['exec', '-u', as, 'owners', 'sh', '-c', script],
      ])
      expect(code, stderr).toBe(0)
      return stdout.trim()
    }
    for (const as of ['0:0', '1234:99', '65533:7']) {
      const [name = ''] = as.split(':')
      const script = `mkdir /p/${name} && cd /p/${name} && dd if=/dev/zero of=a bs=1k count=3 conv=fsync 2>&- &&
        mv a b && ln -s b l && chmod 640 b && stat -c '%a %s' b`
      expect(await inside(script, as)).toBe('640 3072')
    }
    expect(
      await inside('chown 999:998 /p/0/b && chmod 4755 /p/0/b && stat -c "%u:%g %a" /p/0/b'),
    ).toBe('999:998 4755')
    expect(
      await inside('cat /p/0/b >/dev/null && echo more >>/p/0/b && stat -c %u /p/0/b', '999:998'),
    ).toBe('999')
    for (const name of await readdir(own.project, { recursive: true })) {
      const found = await stat(join(own.project, name))
      expect([name, found.uid, found.mode & 0o6000]).toEqual([name, uid, 0])
    }
    await docker(['rm', '-f', 'owners'])
  },
)

async function createHomeOf() {
  const folder = await mkdtemp(join(tmpdir(), 'berth-user-'))
  const [project, image] = [join(folder, 'project'), join(folder, 'image')]
  await mkdir(project)
  // The one in root's cache is nobody else's.
  await cp(process.env['BERTH_IMAGE'] ?? (await builtImageFolder('amd64')), image, {
    recursive: true,
    dereference: true,
  })
  if (user) for (const one of [folder, project]) await chown(one, user.uid, user.gid)
  return {
    ...{ folder, project, image },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

async function canRead(path: string): Promise<boolean> {
  if (!user) return true
  const as = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups']
  return promisify(execFile)('setpriv', [...as, 'test', '-r', path], { cwd: '/' }).then(
    () => true,
    () => false,
  )
}
