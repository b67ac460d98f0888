import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { HostNetworkApi, HostNetworkSnapshot, Settings } from '#api'
import { readPullAddress, secretHeader } from '../../main/mirrors/pull-address.ts'
import { type FakeApp, startFakeApp } from '../support/fake-app.ts'
import { createPassHelper, type PassHelper } from '../support/pass-helper.ts'
import { createAuthority } from '../support/registry-lab/certificate.ts'
import { startForwardProxy, type TestForwardProxy } from '../support/registry-lab/forward-proxy.ts'
import { type HostRegistry, startHostRegistry } from '../support/registry-lab/host-registry.ts'
import { startLoopbackServer } from '../support/registry-lab/loopback-server.ts'
import { ask } from '../support/registry-lab/registry-client.ts'
import { manifestTypes, pushImage } from '../support/registry-lab/registry-content.ts'

// The whole app on a machine that is none, with a real registry that only a real proxy knows the way to.
const name = 'registry.corp.example'
const mirrorName = 'mirror.corp.example'
const password = 'canary-4f1c9e7b'
const login = { username: 'mia', password }

let registry: HostRegistry
let proxy: TestForwardProxy
let other: TestForwardProxy
let fake: FakeApp
let helper: PassHelper
const authority = createAuthority()

beforeAll(async () => {
  const certificate = authority.issue({ hosts: [name, mirrorName, '127.0.0.1'] })
  registry = await startHostRegistry({ certificate })
  await pushImage(registry, 'team/app:1')
  const hosts = { [name]: registry.port, [mirrorName]: registry.port }
  proxy = await startForwardProxy({ login, hosts })
  other = await startForwardProxy({ hosts })
  helper = await createPassHelper()
  fake = await startFakeApp({ env: helper.env, credentialHelpers: helper.places })
})
afterAll(async () => {
  for (const one of [fake, helper, proxy, other, registry]) await one[Symbol.asyncDispose]()
})
beforeEach(async () => {
  proxy.mood = other.mood = 'kind'
  proxy.asked.length = other.asked.length = 0
  await set({ proxyMode: 'manual', httpProxy: proxy.url, httpsProxy: '', noProxy: '' })
  await network().logIn({ proxy: proxy.url, ...login })
  await network().trust(authority.certificate)
})

const network = () => fake.app.api.hostNetwork
const set = (change: Partial<Settings>) => fake.app.api.settings.set(change)
const url = `https://${name}/v2/`

const mirrors = () => fake.app.api.mirrors

/** Which of the registry's endpoints rest: the mirror, and the registry itself. */
async function rests(): Promise<boolean[]> {
  for await (const { registries } of mirrors().watch())
    return registries
      .filter((one) => one.registry === name)
      .flatMap(({ endpoints }) => endpoints.map(({ state }) => state === 'resting'))
  throw new Error('nothing came')
}

/** As the guest's engine asks our mirror. */
async function pull() {
  const { port, secret } = await readPullAddress(fake.app.paths.pullAddress)
  return await ask({ url: `http://127.0.0.1:${port}` }, `/v2/team/app/manifests/1?ns=${name}`, {
    headers: { accept: manifestTypes.join(', '), [secretHeader]: secret },
  })
}

describe('a pull', () => {
  test('goes through the proxy that is named, with its login, to a registry of an authority that was added', async () => {
    const { status, reason } = await pull()
    expect(status, reason).toBe(200)
    expect(proxy.asked).toEqual([`CONNECT ${name}:443`])
  })

  test('goes by another proxy, or none, from the moment that is set', async () => {
    await set({ httpProxy: other.url })
    expect((await pull()).status).toBe(200)
    expect([proxy.asked.length, other.asked.length]).toEqual([0, 1])
    await set({ noProxy: '.corp.example' })
    expect((await pull()).reason).toMatch(/has no address|answer/)
    expect(other.asked).toHaveLength(1)
  })

  test('tells of a wrong password, and goes on once it is right', async () => {
    await network().logIn({ proxy: proxy.url, username: 'mia', password: 'wrong' })
    const { status, reason } = await pull()
    expect([status, reason]).toEqual([
      502,
      expect.stringMatching(/wants another user name or password .*\(proxy-denied\)$/),
    ])
    await network().logIn({ proxy: proxy.url, ...login })
    expect((await pull()).status).toBe(200)
  })

  test('tells of a proxy that is away, or refuses', async () => {
    await set({ httpProxy: 'http://127.0.0.1:1' })
    expect((await pull()).reason).toMatch(
      /^The proxy http:\/\/127\.0\.0\.1:1 did not let .*\(proxy by http:\/\/127\.0\.0\.1:1\)$/,
    )
    await using refusing = await startForwardProxy({ hosts: {} })
    refusing.mood = 'refusing'
    await set({ httpProxy: refusing.url })
    const told = `not connect to ${name}: .*\\(proxy-refused by ${refusing.url}\\)$`
    expect((await pull()).reason).toMatch(new RegExp(told))
  })

  test('believes an authority from when it is added until it is taken away', async () => {
    const [added] = (await first()).authorities
    expect(added?.subject).toContain('test authority')
    await network().distrust(added?.fingerprint ?? '')
    expect((await pull()).reason).toMatch(/\(tls\)$/)
    await network().trust(authority.certificate)
    expect((await pull()).status).toBe(200)
  })
})

describe('what rests', () => {
  const mirror = { registry: name, url: `https://${mirrorName}` }
  beforeEach(() => mirrors().add(mirror))
  afterEach(() => mirrors().remove(mirror))

  test('for a wrong proxy is asked anew once the proxy is another', async () => {
    await set({ httpProxy: 'http://127.0.0.1:1' })
    expect((await pull()).status).toBe(502)
    expect(await rests()).toEqual([true, true])
    await set({ httpProxy: other.url })
    expect(await rests()).toEqual([false, false])
    expect((await pull()).status).toBe(200)
    expect(other.asked).toEqual([`CONNECT ${mirrorName}:443`])
  })

  test('because nobody believes it is asked anew once its authority was added', async () => {
    const [added] = (await first()).authorities
    await network().distrust(added?.fingerprint ?? '')
    expect((await pull()).reason).toMatch(/\(tls\)$/)
    expect(await rests()).toEqual([true, true])
    await network().trust(authority.certificate)
    expect(await rests()).toEqual([false, false])
  })
})

/** As the engine's own HTTP client does with the proxy that it is given. */
async function connectBy(authorization: string | undefined, target = `${name}:443`) {
  const { port } = await readPullAddress(fake.app.paths.pullAddress)
  const asking = request({
    ...{ host: '127.0.0.1', port, method: 'CONNECT', path: target, agent: false },
    headers: authorization === undefined ? {} : { 'proxy-authorization': authorization },
  })
  asking.end()
  const [answer, socket] = (await once(asking, 'connect')) as [IncomingMessage, Socket]
  socket.on('error', () => undefined).destroy()
  return { status: answer.statusCode, reason: answer.statusMessage }
}
const ours = async () => {
  const { secret } = await readPullAddress(fake.app.paths.pullAddress)
  return `Basic ${Buffer.from(`berth:${secret}`).toString('base64')}`
}

describe('what the engine does by itself', () => {
  test('goes by the proxy of now, whose password it does not know', async () => {
    expect(await connectBy(await ours())).toMatchObject({ status: 200 })
    expect(proxy.asked).toEqual([`CONNECT ${name}:443`])
    await set({ httpProxy: other.url })
    expect(await connectBy(await ours())).toMatchObject({ status: 200 })
    expect(other.asked).toHaveLength(1)
  })

  test.each([undefined, 'Basic eDp5', `Basic ${Buffer.from('berth:').toString('base64')}`])(
    'is let through for nobody without the secret (%s)',
    async (authorization) => {
      expect((await connectBy(authorization)).status).toBe(407)
      expect(proxy.asked).toEqual([])
    },
  )

  test('never leads to this computer itself, by address or by name', async () => {
    await set({ proxyMode: 'direct' })
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '2130706433'])
      expect((await connectBy(await ours(), `${host}:${registry.port}`)).status).toBe(502)
  })

  test('is told in a sentence what a proxy has against it', async () => {
    await network().logOut(proxy.url)
    const { status, reason } = await connectBy(await ours())
    expect([status, reason]).toEqual([
      502,
      expect.stringContaining('another user name or password'),
    ])
  })

  test('gets plain HTTP passed on, body and all', async () => {
    const seen: string[] = []
    await using plain = await startLoopbackServer((asked, response) => {
      asked.on('data', (chunk: Buffer) => seen.push(chunk.toString()))
      asked.on('end', () => response.end(`${asked.method} ${asked.url}`))
    })
    await using way = await startForwardProxy({ hosts: { 'files.example': plain.port } })
    await set({ httpProxy: way.url })
    const { port } = await readPullAddress(fake.app.paths.pullAddress)
    const answer = await ask({ url: `http://127.0.0.1:${port}` }, '/', {})
    expect(answer.status).toBe(404)
    const asking = request({
      ...{ host: '127.0.0.1', port, method: 'PUT', path: 'http://files.example/a?b=c' },
      ...{ agent: false, headers: { 'proxy-authorization': await ours() } },
    })
    asking.end('hello')
    const [got] = (await once(asking, 'response')) as [IncomingMessage]
    const body = Buffer.concat(await Array.fromAsync<Buffer>(got)).toString()
    expect([got.statusCode, body, seen.join('')]).toEqual([200, 'PUT /a?b=c', 'hello'])
    expect(way.asked).toEqual(['PUT http://files.example/a?b=c'])
  })
})

describe('a test of an address', () => {
  test('tells by which proxy it was reached', async () => {
    expect(await network().test(url)).toMatchObject({
      ...{ status: 200, via: proxy.url, proxies: [proxy.url] },
    })
  })

  test('tells why it was not', async () => {
    await network().logOut(proxy.url)
    const { error, via } = await network().test(name)
    expect([error?.code, via]).toEqual(['registry-proxy-denied', undefined])
    await expect(network().test('http://mia:secret@a.example')).rejects.toMatchObject({
      code: 'network-url-invalid',
    })
  })
})

test('a proxy that takes a connection and says nothing is named within its deadline, whoever asks', async () => {
  await set({ httpProxy: other.url })
  other.mood = 'silent'
  const named = `The proxy ${other.url} did not let the connection to ${name} through.`
  const [tested, pulled, connected] = await Promise.all([
    network().test(url),
    pull(),
    connectBy(await ours()),
  ])
  expect(tested.error).toMatchObject({
    ...{ code: 'registry-proxy-named', params: { host: name, proxy: other.url } },
  })
  for (const { reason } of [pulled, connected]) expect(reason).toContain(named)
  // Each gives it ten seconds to connect.
  expect(tested.ms).toBeLessThan(20_000)
})

test('a login in an address is kept apart, in the keychain alone: not in settings, logs, answers or arguments', async () => {
  const { settings } = await set({ httpProxy: proxy.url.replace('//', `//mia:${password}@`) })
  expect(settings.httpProxy).toBe(proxy.url)
  expect((await pull()).status).toBe(200)
  await network().test(url)
  proxy.mood = 'refusing'
  await network().test(url)
  await pull()
  const shown = await first()
  expect(shown.proxies[0]).toEqual({ scheme: 'http', url: proxy.url, username: 'mia' })
  expect(shown.logins).toEqual([{ proxy: proxy.url, username: 'mia', place: 'helper' }])
  expect(await filesWith(helper.folder, password)).toEqual([join(helper.folder, 'store.json')])
  const findings = await fake.app.api.doctor.examine()
  const told = JSON.stringify([settings, shown, findings, await network().test(url)])
  for (const secret of [password, Buffer.from(`mia:${password}`).toString('base64')]) {
    expect(told).not.toContain(secret)
    expect(await filesWith(fake.app.paths.home, secret)).toEqual([])
    expect(process.argv.join(' ')).not.toContain(secret)
  }
})

test('a login is there after a restart; that its keychain does not give it is told', async () => {
  await using stack = new AsyncDisposableStack()
  const home = await mkdtemp(join(tmpdir(), 'berth-restart-'))
  stack.defer(() => rm(home, { recursive: true, force: true }))
  const settings = {
    ...{ proxyMode: 'manual' as const, httpProxy: proxy.url },
    authorities: [authority.certificate],
  }
  const restart = () =>
    startFakeApp({ home, settings, env: helper.env, credentialHelpers: helper.places })
  {
    await using before = await restart()
    await before.app.api.hostNetwork.logIn({ proxy: proxy.url, ...login })
  }
  {
    await using after = await restart()
    expect(await after.app.api.hostNetwork.test(url)).toMatchObject({ status: 200, via: proxy.url })
  }
  stack.defer(() => helper.set())
  await helper.set('garbled')
  const locked = stack.use(await restart())
  const api = locked.app.api.hostNetwork
  expect((await api.test(url)).error?.code).toBe('registry-proxy-denied')
  expect((await first(api)).logins).toMatchObject([{ error: { code: 'credentials-unreadable' } }])
})

test.each([
  ['httpProxy', 'ftp://proxy.example'],
  ['httpsProxy', 'http://proxy.example/path'],
  ['noProxy', 'example.com, a b/c'],
  ['authorities', ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n']],
])('what is wrong is refused at its field: %s', async (key, value) => {
  await expect(set({ [key]: value })).rejects.toMatchObject({
    ...{ code: 'setting-invalid', params: { key } },
  })
})

test('a key among certificates is refused, and nothing is kept', async () => {
  const before = (await first()).authorities
  const both = `${createAuthority().certificate}${authority.privateKey}`
  await expect(network().trust(both)).rejects.toMatchObject({ code: 'authority-key' })
  expect((await first()).authorities).toEqual(before)
})

async function first(api: HostNetworkApi = network()): Promise<HostNetworkSnapshot> {
  for await (const snapshot of api.watch()) return snapshot
  throw new Error('nothing came')
}

async function filesWith(folder: string, text: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((one) => join(one.parentPath, one.name))
  const found = await Promise.all(
    files.map(async (file) => ((await readFile(file, 'latin1')).includes(text) ? [file] : [])),
  )
  return found.flat()
}
