import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { RegistriesApi } from '#api'
import { openControl } from '../../main/control/server.ts'
import { helperFile } from '../../main/host/commands.ts'
import { createAgents } from '../../main/registry/agents.ts'
import { tryLogin } from '../../main/registries/try-login.ts'
import { openConnectProxy } from '../support/connect-proxy.ts'
import { testTools } from '../support/docker-cli.ts'
import { type FakeApp, type FakeOptions, startFakeApp } from '../support/fake-app.ts'
import { installCommands } from '../support/installed-commands.ts'
import { createPassHelper, type PassHelper } from '../support/pass-helper.ts'
import { createAuthority } from '../support/registry-lab/certificate.ts'
import { type HostRegistry, startHostRegistry } from '../support/registry-lab/host-registry.ts'
import { pushImage } from '../support/registry-lab/registry-content.ts'
import {
  type RegistryFaultProxy,
  startRegistryFaultProxy,
} from '../support/registry-lab/registry-fault-proxy.ts'
import { startTokenServer } from '../support/registry-lab/token-server.ts'
import { runProgram } from '../support/run-program.ts'
import { pullBy } from '../support/small-registry.ts'

// Logins at real registries of this computer, kept by a real helper, by the whole app without a machine.
const canary = 'Canary-7f3a/密 x+y'
const repository = 'team/app'

let stack: AsyncDisposableStack
afterEach(() => stack.disposeAsync())

async function start(options: FakeOptions = {}) {
  const helper = stack.use(await createPassHelper())
  const fake = stack.use(
    await startFakeApp({
      ...{ stepMs: 0, credentialHelpers: helper.places, ...options },
      env: { ...helper.env, ...options.env },
    }),
  )
  return { helper, fake, api: fake.app.api.registries }
}

const login = (registry: string, password = canary) => ({ registry, username: 'me', password })
const refused = { code: 'registry-login-refused' }

describe('a registry on this computer', () => {
  test.each<[string, () => Promise<HostRegistry>]>([
    [
      'that wants a password',
      () => startHostRegistry({ auth: { kind: 'basic', user: 'me', password: canary } }),
    ],
    [
      'that wants a token',
      async () => {
        const tokens = stack.use(await startTokenServer({ users: { me: canary } }))
        return startHostRegistry({ auth: tokens.auth() })
      },
    ],
  ])('%s takes the right one and refuses a wrong one', async (_what, open) => {
    stack = new AsyncDisposableStack()
    const registry = stack.use(await open())
    const { api, helper } = await start()
    const name = new URL(registry.url).host
    await expect(api.logIn(login(name, 'wrong'))).rejects.toMatchObject(refused)
    expect(await helper.entries()).toEqual({})
    await api.logIn(login(name))
    expect(await api.test(name)).not.toHaveProperty('error')
    expect(Object.values(await helper.entries())).toEqual([{ Username: 'me', Secret: canary }])
  })

  test('is asked over TLS as its authority allows, and is not sent a password without it', async () => {
    stack = new AsyncDisposableStack()
    const certificate = createAuthority().issue()
    const auth = { kind: 'basic', user: 'me', password: canary } as const
    const registry = stack.use(await startHostRegistry({ certificate, auth }))
    const door = stack.use(await startRegistryFaultProxy(registry, { certificate }))
    const name = new URL(door.url).host
    const trusting = stack.use(createAgents({ ca: [certificate.authority] }))
    const doubting = stack.use(createAgents())
    const [signal, right] = [new AbortController().signal, { username: 'me', password: canary }]
    // A registry of the loopback may be asked in the open: one that speaks TLS is not.
    const options = { isPlainAllowed: true, signal }
    await expect(tryLogin(name, right, { ...options, agents: doubting })).rejects.toMatchObject({
      code: 'registry-tls',
    })
    expect(door.requests).toEqual([])
    await tryLogin(name, right, { ...options, agents: trusting })
    await expect(
      tryLogin(name, { ...right, password: 'wrong' }, { ...options, agents: trusting }),
    ).rejects.toMatchObject(refused)
  })

  test('is not sent a password in the open where nobody has allowed it', async () => {
    stack = new AsyncDisposableStack()
    const registry = stack.use(await startHostRegistry())
    const door = stack.use(await startRegistryFaultProxy(registry))
    const agents = stack.use(createAgents())
    const options = { agents, isPlainAllowed: false, signal: new AbortController().signal }
    const name = new URL(door.url).host
    await expect(
      tryLogin(name, { username: 'me', password: canary }, options),
    ).rejects.toMatchObject({ code: 'registry-plain-http' })
    expect(door.requests).toEqual([])
  })

  test('that is not there is told as that', async () => {
    stack = new AsyncDisposableStack()
    const { api } = await start()
    const gone = await startHostRegistry()
    await gone[Symbol.asyncDispose]()
    await expect(api.logIn(login(new URL(gone.url).host))).rejects.toMatchObject({
      code: 'registry-unreachable',
    })
  })
})

describe('a private image of a registry elsewhere', () => {
  const name = 'registry.example'
  let door: RegistryFaultProxy
  let mirror: RegistryFaultProxy
  let helper: PassHelper
  let fake: FakeApp
  let api: RegistriesApi
  const trusted = getCACertificates('default')

  async function open() {
    stack = new AsyncDisposableStack()
    const certificate = createAuthority().issue({ hosts: [name] })
    setDefaultCACertificates([...trusted, certificate.authority])
    stack.defer(() => setDefaultCACertificates(trusted))
    const auth = { kind: 'basic', user: 'me', password: canary } as const
    const registry = stack.use(await startHostRegistry({ auth }))
    await pushImage(registry, `${repository}:1`, { layers: [20_000] })
    door = stack.use(await startRegistryFaultProxy(registry, { certificate }))
    mirror = stack.use(await startRegistryFaultProxy(registry))
    const proxy = stack.use(await openConnectProxy({ [`${name}:443`]: door.port }))
    const mirrors = [{ registry: name, url: mirror.url, enabled: true }]
    const env = { HTTPS_PROXY: proxy.url, https_proxy: proxy.url }
    ;({ helper, fake, api } = await start({ settings: { mirrors }, env }))
  }
  const pull = () => pullBy(fake.app.paths.pullAddress, name, `${repository}:1`)
  const shown = ({ requests }: RegistryFaultProxy) =>
    requests.map(({ authorization }) => authorization).filter((one) => one !== undefined)

  test('is pulled by our path once somebody has logged in, and no more after', async () => {
    await open()
    expect(await pull()).toBe(404)
    await api.logIn(login(name))
    expect(await pull()).toBe(200)
    await api.logIn(login(name))
    expect(await pull()).toBe(200)
    await api.logOut(name)
    expect(await pull()).toBe(404)
    // The mirror, which wants a password as well, was asked each time and shown none.
    expect(mirror.requests.length).toBeGreaterThan(3)
    expect(shown(mirror)).toEqual([])
    expect(shown(door)).not.toEqual([])
  })

  test('leaves its password in the keychain alone, in no file, log, answer, argument or environment of ours', async () => {
    await open()
    const asked = JSON.stringify(await api.logIn(login(name)).then(() => api.dockerPlan(name)))
    await helper.set('locked')
    expect(await pull()).toBe(404)
    await helper.set()
    // What could not be read rests for a while, until somebody looks after it.
    const tested = await api.test(name)
    expect(await pull()).toBe(200)
    const answers: unknown[] = [asked, tested]
    for await (const snapshot of api.watch()) {
      answers.push(snapshot)
      break
    }
    expect(findCanary(JSON.stringify(answers))).toBe(false)
    expect(await findInFiles(fake.app.paths.home)).toEqual([])
    expect(await findInFiles(helper.folder)).toEqual(['store.json'])
    expect(await findInProcesses()).toEqual([])
    // Those that have ended since.
    const calls = await helper.calls()
    expect(calls.map(({ argv }) => argv[0])).toContain('store')
    expect(findCanary(JSON.stringify(calls))).toBe(false)
    expect(await readFile(fake.app.paths.appLog, 'utf8')).toContain('credentials.not-given')
  })
})

describe.each(['checkout', 'installed app'])(
  'this computer’s docker, by the helper of the %s,',
  (from) => {
    let registry: HostRegistry
    let name: string
    let bin: string
    let making: AsyncDisposableStack
    beforeAll(async () => {
      making = new AsyncDisposableStack()
      const auth = { kind: 'basic', user: 'me', password: canary } as const
      registry = making.use(await startHostRegistry({ auth }))
      name = new URL(registry.url).host
      await pushImage(registry, `${repository}:1`)
      bin = await mkdtemp(join(tmpdir(), 'berth-bin-'))
      making.defer(() => rm(bin, { recursive: true, force: true }))
      const resources = from === 'checkout' ? undefined : join(bin, 'resources')
      if (resources) await installCommands(resources)
      await symlink(helperFile(resources), join(bin, 'docker-credential-berth'))
    })
    afterAll(() => making.disposeAsync())

    test('reads a private image by the login, and logs out', async () => {
      stack = new AsyncDisposableStack()
      const { fake, api } = await start({ env: { PATH: bin } })
      const tools = await testTools()
      stack.use(await openControl(fake.app))
      const { home } = fake.app.paths
      const docker = (...args: string[]) =>
        runProgram(join(tools, 'docker'), args, {
          env: {
            PATH: [bin, process.env['PATH']].join(delimiter),
            ...{ HOME: home, BERTH_HOME: home, XDG_RUNTIME_DIR: home, LANG: 'en_US.UTF-8' },
            DOCKER_CONFIG: join(home, 'docker'),
          },
        })
      const read = () => docker('manifest', 'inspect', '--insecure', `${name}/${repository}:1`)
      await api.logIn(login(name))
      expect((await read()).stderr).toMatch(/unauthorized|no basic auth/)
      await api.linkDocker(name, true)
      const { code, stdout, stderr } = await read()
      expect(code, stderr).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 2 })
      // Its password stays where it is.
      expect(await findInFiles(home)).toEqual([])
      expect((await docker('logout', name)).code).toBe(0)
      expect(await api.test(name)).not.toHaveProperty('error')
      await expect(api.logOut(name)).rejects.toMatchObject({ code: 'registry-login-missing' })
      expect((await read()).stderr).toMatch(/unauthorized|no basic auth/)
    })
  },
)

test('a password that is in an argument or an environment is found there', async () => {
  stack = new AsyncDisposableStack()
  const script = 'process.stdout.write("on"); process.stdin.resume()'
  const child = spawn(process.execPath, ['-e', script, '--', `--password=${canary}`], {
    env: { LOGIN: Buffer.from(`me:${canary}`).toString('base64') },
  })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  expect(await findInProcesses()).toEqual([`${child.pid}/cmdline`, `${child.pid}/environ`])
  child.stdin.end()
  await ended
})

/** Also as it is within JSON, within an address, and as `Authorization` has it. */
function findCanary(text: string): boolean {
  const forms = [canary, JSON.stringify(canary).slice(1, -1), encodeURIComponent(canary)]
  const bytes = [canary, `me:${canary}`].flatMap((one) => [
    Buffer.from(one).toString('base64'),
    Buffer.from(one).toString('base64url'),
    Buffer.from(one).toString('hex'),
  ])
  return [...forms, ...bytes].some((form) => text.includes(form.replace(/=+$/, '')))
}

async function findInFiles(folder: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const text = await readFile(join(entry.parentPath, entry.name), 'utf8')
    if (findCanary(text)) found.push(entry.name)
  }
  return found
}

/** Of all that run as who runs this. */
async function findInProcesses(): Promise<string[]> {
  const found: string[] = []
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  for (const pid of pids)
    for (const what of ['cmdline', 'environ']) {
      const text = await readFile(join('/proc', pid, what), 'utf8').catch(() => '')
      if (findCanary(text)) found.push(`${pid}/${what}`)
    }
  return found
}
