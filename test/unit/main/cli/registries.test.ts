import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { ReadStream } from 'node:tty'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { RegistriesSnapshot } from '#api'
import { answerDocker } from '../../../../main/cli/docker-credential.ts'
import { readPassword } from '../../../../main/cli/read-password.ts'
import { runCli } from '../../../../main/cli/run.ts'
import { openControl } from '../../../../main/control/server.ts'
import { createSay } from '../../../../main/words/words.ts'
import { type BasicRegistry, openBasicRegistry } from '../../../support/basic-registry.ts'
import { type FakeApp, startFakeApp } from '../../../support/fake-app.ts'
import { runProgram } from '../../../support/run-program.ts'

const cliFolder = join(import.meta.dirname, '../../../../main/cli')
const helperFile = join(cliFolder, 'docker-credential-berth.mjs')
const say = createSay('en')

async function berth(...args: string[]) {
  const told = { stdout: '', stderr: '' }
  const code = await runCli(args, {
    ...{ env: {}, say, isTerminal: false },
    write: (text) => (told.stdout += text),
    writeError: (text) => (told.stderr += text),
  })
  return { code, ...told }
}

let stack: AsyncDisposableStack
let registry: BasicRegistry
let fake: FakeApp
let env: Record<string, string | undefined>
let config: string
beforeAll(async () => {
  stack = new AsyncDisposableStack()
  registry = stack.use(await openBasicRegistry('me:ri ght'))
  const bin = await mkdtemp(join(tmpdir(), 'berth-bin-'))
  stack.defer(() => rm(bin, { recursive: true, force: true }))
  await symlink(helperFile, join(bin, 'docker-credential-berth'))
  fake = stack.use(await startFakeApp({ stepMs: 0, env: { PATH: bin } }))
  stack.use(await openControl(fake.app))
  const { home } = fake.app.paths
  config = join(home, 'docker', 'config.json')
  env = { ...process.env, BERTH_HOME: home, XDG_RUNTIME_DIR: home, LANG: 'en_US.UTF-8' }
})
afterAll(() => stack.disposeAsync())
afterEach(() => vi.unstubAllEnvs())

const live = (home = fake.app.paths.home) => {
  vi.stubEnv('BERTH_HOME', home)
  vi.stubEnv('XDG_RUNTIME_DIR', home)
}
const logIn = (input: string) =>
  runProgram(
    process.execPath,
    [
      ...[join(cliFolder, 'berth.mjs'), 'login', registry.name, '-u', 'me'],
      ...['--password-stdin', '--keep', 'memory'],
    ],
    { env, input },
  )
/** In this process, which is the same as `docker-credential-berth` but for its start. */
async function docker(verb: string, input = '', home = fake.app.paths.home) {
  live(home)
  const told = { stdout: '', stderr: '' }
  const code = await answerDocker(verb, input, {
    say,
    write: (text) => (told.stdout += text),
    writeError: (text) => (told.stderr += text),
  })
  return { code, ...told }
}

describe('berth', () => {
  test('logs in by a password from its input, lists, tests, links, unlinks and logs out', async () => {
    live()
    expect((await berth('registries')).stdout).toContain('Nobody is logged in')
    expect(await logIn('ri ght\n')).toEqual({
      ...{ code: 0, stderr: '' },
      stdout: `Logged in to ${registry.name} as me.\n`,
    })
    expect((await berth('registries')).stdout).toBe(`${registry.name}  me, kept until Berth ends\n`)
    const json = JSON.parse((await berth('registries', '--json')).stdout) as RegistriesSnapshot
    expect(json.accounts).toMatchObject([{ registry: registry.name, inDocker: false }])
    expect((await berth('registries', 'test')).stdout).toMatch(/^✓ 127\.0\.0\.1:\d+ {2}\d+ ms\n$/)

    const linked = await berth('registries', 'link', registry.name)
    expect([linked.code, linked.stdout]).toEqual([
      0,
      expect.stringMatching(/docker uses the login[^]+config\.json\n\+ "credHelpers"[^]+berth"/),
    ])
    expect(await readFile(config, 'utf8')).toContain(`"${registry.name}": "berth"`)
    expect((await berth('registries')).stdout).toContain('used by docker')
    expect((await berth('registries', 'unlink', registry.name)).code).toBe(0)
    await expect(readFile(config)).rejects.toMatchObject({ code: 'ENOENT' })

    expect((await berth('logout', registry.name)).stdout).toBe(`Logged out of ${registry.name}.\n`)
    expect((await berth('logout', registry.name)).code).toBe(1)
  })

  test('tells of a wrong password, which it does not repeat', async () => {
    const { code, stdout, stderr } = await logIn('canary\n')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('does not accept this password for me')
    expect(stderr).not.toContain('canary')
  })

  test.each<[number, string[], string]>([
    [2, ['login', 'ghcr.io'], 'Usage: berth login'],
    [2, ['login', 'ghcr.io', '-u', 'me', '--keep', 'here'], 'Usage: berth login'],
    [2, ['login', 'ghcr.io', '-u', 'me', '--password=canary'], 'Usage: berth'],
    [2, ['login', 'ghcr.io', '-u', 'me', '-p', 'canary'], 'Usage: berth'],
    [2, ['logout', 'a.example', 'b.example'], 'Usage: berth logout'],
    [2, ['registries', 'polish'], 'Usage: berth registries'],
    [2, ['registries', 'link'], 'Usage: berth registries'],
    [2, ['logout', 'no registry'], 'is no name of a registry'],
    [1, ['logout', 'ghcr.io'], 'Nobody is logged in to ghcr.io'],
    [1, ['registries', 'link', 'ghcr.io'], 'Nobody is logged in to ghcr.io'],
  ])('ends with %i for %j, and repeats no password', async (expected, args, words) => {
    live()
    const { code, stderr } = await berth(...args)
    expect([code, stderr]).toEqual([expected, expect.stringContaining(words)])
    expect(stderr).not.toContain('canary')
  })

  test('needs the app for it', async () => {
    live(join(fake.app.paths.home, 'elsewhere'))
    for (const command of ['logout', 'registries'])
      expect(await berth(command)).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('not running') as string,
      })
  })
})

describe('a password that is typed', () => {
  const type = async (keys: string) => {
    const raw: boolean[] = []
    const input = Object.assign(new PassThrough(), {
      isTTY: true,
      setRawMode: (mode: boolean) => raw.push(mode),
    }) as unknown as ReadStream & PassThrough
    const told: string[] = []
    const reading = readPassword(
      { say, writeError: (text) => told.push(text) },
      { isInput: false, input },
    )
    input.write(keys)
    return { password: await reading, raw, told: told.join('') }
  }

  test('is not shown, and may be mended', async () => {
    expect(await type('canx\u007Fary\r')).toEqual({
      password: 'canary',
      raw: [true, false],
      told: 'Password or access token: \n',
    })
  })

  test('is given up with Ctrl-C', async () => {
    expect(await type('can\u0003')).toMatchObject({ password: undefined, raw: [true, false] })
  })

  test('is not asked for where nobody sits', async () => {
    const input = new PassThrough() as unknown as ReadStream
    const context = { say, writeError: () => undefined }
    await expect(readPassword(context, { isInput: false, input })).rejects.toThrow(
      '--password-stdin',
    )
  })
})

describe('docker-credential-berth', () => {
  test('speaks the protocol of docker’s helpers with the app that runs', async () => {
    const server = registry.name
    const login = { ServerURL: server, Username: 'me', Secret: 'ri ght' }
    const missing = { code: 1, stdout: 'credentials not found in native keychain\n', stderr: '' }
    expect(await docker('get', server)).toEqual(missing)
    // Who logs in by docker has accepted no risk.
    const refused = await docker('store', JSON.stringify(login))
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining('no keychain')])
    const { registries } = fake.app.api
    const right = { registry: server, username: 'me', password: 'ri ght' }
    await registries.logIn({ ...right, accept: 'memory' })
    expect((await docker('store', JSON.stringify(login))).code).toBe(0)
    const got = await docker('get', `${server}\n`)
    expect([got.code, JSON.parse(got.stdout)]).toEqual([0, login])
    expect(JSON.parse((await docker('list')).stdout)).toEqual({ [server]: 'me' })
    expect(await docker('erase', server)).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await docker('get', server)).toEqual(missing)
    expect((await docker('erase', server)).code).toBe(0)
  })

  test('is a program that any Node runs, by the name that docker has for it', async () => {
    const old = await runProgram(helperFile, ['get'], { env, input: registry.name })
    expect(old).toMatchObject({ code: 1, stdout: 'credentials not found in native keychain\n' })
  })

  test.each<[string, string, string]>([
    ['get', 'no registry', 'credentials not found'],
    ['store', '{"Secret":"canary"', 'A login needs'],
    ['store', '{"ServerURL":"a.example","Username":"<token>","Secret":"canary"}', 'A login needs'],
    ['polish', '', 'polish'],
  ])('refuses to %s %j without repeating a secret', async (verb, input, words) => {
    const { code, stdout, stderr } = await docker(verb, input)
    expect([code, stdout]).toEqual([1, expect.stringContaining(words)])
    expect(stdout + stderr).not.toContain('canary')
  })

  test('has docker go on without a login while the app does not run, and says so', async () => {
    const home = join(fake.app.paths.home, 'elsewhere')
    expect(await docker('get', 'ghcr.io', home)).toEqual({
      ...{ code: 1, stdout: 'credentials not found in native keychain\n' },
      stderr: expect.stringContaining('not running') as string,
    })
    expect((await docker('list', '', home)).stdout).toBe('{}\n')
    const login = JSON.stringify({ ServerURL: 'ghcr.io', Username: 'me', Secret: 'canary' })
    expect((await docker('store', login, home)).stdout).toContain('not running')
  })

  test('no face but the private socket may ask for a password', async () => {
    const asked: string[] = []
    const link = {
      send: (text: string) => void asked.push(text),
      onMessage: (listener: (text: string) => void) =>
        listener(JSON.stringify({ id: 1, method: ['credentials', 'get'], args: ['ghcr.io'] })),
      onClose: () => undefined,
    }
    fake.app.serve(link)
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    expect(JSON.parse(asked[0] ?? '')).toMatchObject({ error: { code: 'input-invalid' } })
  })
})
