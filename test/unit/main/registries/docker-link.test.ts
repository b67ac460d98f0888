import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { helperFile } from '../../../../main/host/commands.ts'
import { AccountFile } from '../../../../main/registries/account-file.ts'
import { DockerLink, toFindable } from '../../../../main/registries/docker-link.ts'

let root: string
let folder: string
let config: string
let helper: string
let accounts: AccountFile
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'berth-link-'))
  folder = join(root, 'docker')
  config = join(folder, 'config.json')
  helper = join(root, 'bin', 'docker-credential-berth')
  await mkdir(join(root, 'bin'))
  await writeFile(helper, '', { mode: 0o755 })
  accounts = await open()
  await accounts.setAccount('ghcr.io', { registry: 'ghcr.io', username: 'me', place: 'plain' })
})
afterEach(() => rm(root, { recursive: true, force: true }))

const open = () => AccountFile.open(join(root, 'registries.json'))
const toLink = (known = accounts) =>
  new DockerLink({
    ...{ accounts: known, shellFolders: [], helperFile: '/opt/Berth/resources/cli/helper' },
    env: { DOCKER_CONFIG: folder, PATH: join(root, 'bin') },
  })
const write = async (text: string) => {
  await mkdir(folder, { recursive: true })
  await writeFile(config, text)
}
const read = () => readFile(config, 'utf8')

describe('a registry in docker’s config', () => {
  test('is planned before anything is written, linked, and put back with the login', async () => {
    const link = toLink()
    const before = '{\n  "credHelpers": { "ghcr.io": "pass" },\n  "n": 1.50\n}'
    await write(before)
    expect(await link.plan('ghcr.io')).toEqual({
      ...{ file: config, helper },
      before: '"credHelpers": { "ghcr.io": "pass" }',
      after: '"credHelpers": { "ghcr.io": "berth" }',
    })
    expect(await read()).toBe(before)
    await link.set('ghcr.io', true)
    expect([...(await link.linked())]).toEqual(['ghcr.io'])
    expect(await read()).toBe(before.replace('"pass"', '"berth"'))
    expect((await link.plan('ghcr.io')).after).toBe('"credHelpers": { "ghcr.io": "pass" }')
    await link.set('ghcr.io', false)
    expect(await read()).toBe(before)
    expect([...(await link.linked())]).toEqual([])
  })

  test('is linked once, however often that is asked for, and what was there first is put back', async () => {
    await write('{"credHelpers":{"ghcr.io":"pass"}}')
    const link = toLink()
    await Promise.all([link.set('ghcr.io', true), link.set('ghcr.io', true)])
    await toLink().set('ghcr.io', true)
    await toLink(await open()).set('ghcr.io', false)
    expect(await read()).toBe('{"credHelpers":{"ghcr.io":"pass"}}')
  })

  test('of docker’s hub is under the key that docker asks for', async () => {
    await accounts.setAccount('docker.io', {
      registry: 'docker.io',
      username: 'me',
      place: 'plain',
    })
    await toLink().set('docker.io', true)
    expect(JSON.parse(await read())).toEqual({
      credHelpers: { 'https://index.docker.io/v1/': 'berth' },
    })
  })

  test('makes the file for this user alone where there was none, and removes it again', async () => {
    await toLink().set('ghcr.io', true)
    expect((await stat(config)).mode & 0o777).toBe(0o600)
    await toLink().set('ghcr.io', false)
    expect(await readdir(folder)).toEqual([])
  })

  test('keeps the mode of the file, and the link that it may be', async () => {
    await write('{}')
    const real = join(root, 'dotfiles.json')
    await writeFile(real, '{}')
    await chmod(real, 0o640)
    await rm(config)
    await symlink(real, config)
    await toLink().set('ghcr.io', true)
    expect((await stat(real)).mode & 0o777).toBe(0o640)
    expect(await readFile(real, 'utf8')).toBe('{"credHelpers":{"ghcr.io":"berth"}}')
    expect(await readdir(folder)).toEqual(['config.json'])
  })

  test.each(['{', '[]', '{"credHelpers":7}'])('is not written into %j', async (text) => {
    await write(text)
    const refused = { code: 'docker-config-unreadable', params: { file: config } }
    await expect(toLink().plan('ghcr.io')).rejects.toMatchObject(refused)
    await expect(toLink().set('ghcr.io', true)).rejects.toMatchObject(refused)
    expect(await read()).toBe(text)
    expect(accounts.links.size).toBe(0)
    expect([...(await toLink().linked())]).toEqual([])
  })

  test('is not written where docker would not find our helper, and it is said how it would', async () => {
    await rm(helper)
    await write('{}')
    const plan = await toLink().plan('ghcr.io')
    expect(plan).toMatchObject({ helper: '', error: { code: 'docker-helper-missing' } })
    expect(plan.error?.params['command']).toBe(
      'sudo ln -sf /opt/Berth/resources/cli/helper /usr/local/bin/docker-credential-berth',
    )
    await expect(toLink().set('ghcr.io', true)).rejects.toMatchObject({
      code: 'docker-helper-missing',
    })
    expect(await read()).toBe('{}')
  })

  test('is made known on Windows by adding to the user’s own Path once, of an installed app', () => {
    const file = "C:\\Users\\O'Neil’s\\Berth\\resources\\cli\\bin\\docker-credential-berth"
    const folder = "'C:\\Users\\O''Neil’’s\\Berth\\resources\\cli\\bin'"
    const path = "[Environment]::GetEnvironmentVariable('Path', 'User')"
    expect(toFindable(file, 'win32')).toBe(
      `powershell -Command "if ((${path} -split ';') -notcontains ${folder}) { ` +
        `[Environment]::SetEnvironmentVariable('Path', ${path} + ';${folder.slice(1)}, 'User') }"`,
    )
    expect(toFindable('C:\\berth\\main\\cli\\docker-credential-berth.mjs', 'win32')).toBe(
      'npm link',
    )
  })

  test('is not written by an app whose folder is gone once it quits', async () => {
    await rm(helper)
    for (const place of ['/tmp/.mount_BerthAbC123', '/Volumes/Berth 1/Berth.app/Contents']) {
      const link = new DockerLink({
        ...{ accounts, shellFolders: [], helperFile: helperFile(`${place}/resources`) },
        env: { DOCKER_CONFIG: folder, PATH: join(root, 'bin') },
      })
      expect(await link.plan('ghcr.io')).toMatchObject({ error: { code: 'docker-helper-passing' } })
      await expect(link.set('ghcr.io', true)).rejects.toMatchObject({
        code: 'docker-helper-passing',
      })
    }
  })

  test('is written where a shell would find our helper, though the desktop’s PATH is short', async () => {
    const env = { DOCKER_CONFIG: folder, PATH: '/nowhere' }
    await new DockerLink({ accounts, env, helperFile: '', shellFolders: [join(root, 'bin')] }).set(
      'ghcr.io',
      true,
    )
    expect([...(await toLink().linked())]).toEqual(['ghcr.io'])
  })

  test('that no login is left for is put back when the app starts', async () => {
    await write('{"credHelpers":{"ghcr.io":"pass"}}')
    await accounts.setAccount('ghcr.io', { registry: 'ghcr.io', username: 'me', place: 'memory' })
    await toLink().set('ghcr.io', true)
    const next = await open()
    expect(next.accounts.size).toBe(0)
    await toLink(next).tidy()
    expect(await read()).toBe('{"credHelpers":{"ghcr.io":"pass"}}')
    expect((await open()).links.size).toBe(0)
  })
})

test('the file of accounts holds no login that ends with the app, and one that is no such file is set aside', async () => {
  await accounts.setAccount('a.example', { registry: 'a.example', username: 'me', place: 'memory' })
  expect([...(await open()).accounts.keys()]).toEqual(['ghcr.io'])
  expect((await stat(join(root, 'registries.json'))).mode & 0o777).toBe(0o600)
  await writeFile(join(root, 'registries.json'), '{"accounts":7}')
  expect((await open()).accounts.size).toBe(0)
  expect((await readdir(root)).some((name) => name.startsWith('registries.json.bad-'))).toBe(true)
})
