import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RegistriesApi, RegistriesSnapshot } from '#api'
import { Registries } from '../../../../main/registries/registries.ts'
import { type BasicRegistry, openBasicRegistry } from '../../../support/basic-registry.ts'
import { type FakeApp, startFakeApp } from '../../../support/fake-app.ts'
import { createPassHelper, type PassHelper } from '../../../support/pass-helper.ts'

let stack: AsyncDisposableStack
let registry: BasicRegistry
let helper: PassHelper
let fake: FakeApp
let api: RegistriesApi
beforeEach(async () => {
  stack = new AsyncDisposableStack()
  registry = stack.use(await openBasicRegistry('me:right'))
  helper = stack.use(await createPassHelper())
  fake = stack.use(await start())
  api = fake.app.api.registries
})
afterEach(() => stack.disposeAsync())

const start = () => startFakeApp({ stepMs: 0, env: helper.env, credentialHelpers: helper.places })
const logIn = (login: Partial<Parameters<RegistriesApi['logIn']>[0]> = {}) =>
  api.logIn({ registry: registry.name, username: 'me', password: 'right', ...login })
const now = async (): Promise<RegistriesSnapshot> => {
  for await (const snapshot of api.watch()) return snapshot
  throw new Error('the stream has ended')
}

describe('a login', () => {
  test('is kept by the helper, shown without its password, and forgotten', async () => {
    await logIn()
    expect(await now()).toMatchObject({
      accounts: [{ registry: registry.name, username: 'me', place: 'helper', inDocker: false }],
      store: { place: 'helper', name: helper.program },
    })
    expect(JSON.stringify(await now())).not.toContain('right')
    expect(Object.values(await helper.entries())).toEqual([{ Username: 'me', Secret: 'right' }])
    await api.logOut(registry.name)
    expect((await now()).accounts).toEqual([])
    expect(await helper.entries()).toEqual({})
  })

  test('that the registry refuses is not kept, and the one before stays', async () => {
    await logIn()
    await expect(logIn({ password: 'wrong' })).rejects.toMatchObject({
      code: 'registry-login-refused',
      params: { host: registry.name, username: 'me' },
    })
    expect(Object.values(await helper.entries())).toEqual([{ Username: 'me', Secret: 'right' }])
  })

  test('is shown to a registry that asks nobody, too: it may keep single images to those it knows', async () => {
    await using open = await openBasicRegistry()
    await logIn({ registry: open.name })
    expect(open.shown).toEqual([undefined, `Basic ${Buffer.from('me:right').toString('base64')}`])
  })

  test.each([
    [429, 'ask-limited'],
    [503, 'ask-busy'],
    [404, 'registry-garbled'],
    [403, 'registry-login-refused'],
  ])('is refused with its reason when the registry answers %i', async (status, code) => {
    registry.status = status
    await expect(logIn()).rejects.toMatchObject({ code })
    expect(await helper.entries()).toEqual({})
  })

  test.each<[string, object]>([
    ['without a name', { username: '' }],
    ['with a colon in its name', { username: 'a:b' }],
    ['without a password', { password: '' }],
    ['of two lines', { password: 'a\nb' }],
    ['that is too long', { password: 'a'.repeat(65_537) }],
    ['that is no text', { password: 7 }],
  ])('%s is not sent', async (_what, login) => {
    await expect(logIn(login)).rejects.toMatchObject({ code: 'registry-login-invalid' })
    expect(registry.shown).toEqual([])
  })

  test('is not sent where nothing lasting can be had and no risk was accepted', async () => {
    await helper.set('locked')
    await expect(logIn()).rejects.toMatchObject({ code: 'credential-helper-failed' })
    expect(registry.shown).toEqual([])
    await logIn({ accept: 'memory' })
    expect(await now()).toMatchObject({
      accounts: [{ place: 'memory' }],
      store: { place: 'memory', error: { code: 'credential-helper-failed' } },
    })
    // Once accepted, it counts for the next password as well.
    await logIn()
  })

  test('is moved by acceptance although its old place is locked', async () => {
    await logIn()
    await helper.set('locked')
    await logIn({ accept: 'memory' })
    expect((await now()).accounts).toMatchObject([{ place: 'memory' }])
    expect(await api.test(registry.name)).not.toHaveProperty('error')
  })

  test('as plain text is in that file alone, by acceptance', async () => {
    const { paths } = fake.app
    await logIn({ accept: 'plain' })
    const { [registry.name]: kept = '' } = JSON.parse(
      await readFile(paths.plainLogins, 'utf8'),
    ) as Record<string, string>
    expect(Buffer.from(kept, 'base64').toString()).toBe('{"username":"me","password":"right"}')
    expect(await readFile(paths.registries, 'utf8')).not.toContain('right')
    await logIn()
    await expect(readFile(paths.plainLogins)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('that another program has taken out of the keychain is told, and is asked for anew', async () => {
    await logIn()
    await helper.set('garbled')
    expect((await api.test(registry.name)).error?.code).toBe('credentials-unreadable')
    expect((await now()).accounts[0]?.test?.error?.code).toBe('credentials-unreadable')
    await helper.set()
    expect(await api.test(registry.name)).not.toHaveProperty('error')
  })
})

test('a test tells whether the registry still takes the login, and without one whether it answers', async () => {
  expect(await api.test(registry.name)).not.toHaveProperty('error')
  await logIn()
  registry.status = 401
  expect((await api.test(registry.name)).error?.code).toBe('registry-login-refused')
  expect((await now()).accounts[0]?.test?.error?.code).toBe('registry-login-refused')
})

test('that there was no way to one is told no more once there is another, and what it said stays told', async () => {
  const other = await openBasicRegistry('me:right')
  await logIn()
  await logIn({ registry: other.name })
  await other[Symbol.asyncDispose]()
  registry.status = 401
  const codes = async () =>
    Object.fromEntries((await now()).accounts.map((one) => [one.registry, one.test?.error?.code]))
  for (const { name } of [registry, other]) await api.test(name)
  const refused = { [registry.name]: 'registry-login-refused' }
  expect(await codes()).toEqual({ ...refused, [other.name]: 'registry-unreachable' })
  await fake.app.api.settings.set({ noProxy: 'a.example' })
  expect(await codes()).toEqual({ ...refused, [other.name]: undefined })
})

test.each<[string, (name: string) => Promise<unknown>]>([
  ['logged out', (name) => api.logOut(name)],
  ['planned', (name) => api.dockerPlan(name)],
  ['linked', (name) => api.linkDocker(name, true)],
])('what nobody is logged in to is not %s', async (_what, ask) => {
  await expect(ask('ghcr.io')).rejects.toMatchObject({ code: 'registry-login-missing' })
  await expect(ask('no registry')).rejects.toMatchObject({ code: 'registry-name-invalid' })
})

test('what goes along with a push is for that registry alone, and a pull by way of us needs nothing', async () => {
  await logIn()
  const registries = api
  if (!(registries instanceof Registries)) throw new Error('another service')
  const header = Buffer.from(
    (await registries.auth.push(registry.name)) ?? '',
    'base64url',
  ).toString()
  expect(JSON.parse(header)).toEqual({
    username: 'me',
    password: 'right',
    serveraddress: registry.name,
  })
  expect(await registries.auth.push('ghcr.io')).toBeUndefined()
  expect(await registries.auth.pull(registry.name)).toBeUndefined()
})

test('a pull that goes past us takes the login along, but for one on the loopback', async () => {
  const registries = new Registries({
    logins: { find: () => Promise.resolve({ username: 'me', password: 'right' }) },
    isPlainAllowed: (name: string) => name !== 'ghcr.io',
  } as never)
  expect(await registries.auth.pull('10.1.2.3:5000')).toBeDefined()
  expect(await registries.auth.pull('ghcr.io')).toBeUndefined()
  expect(await registries.auth.pull('127.0.0.1:5000')).toBeUndefined()
})

test('a login that cannot be read is done without for a while, and told', async () => {
  await logIn()
  const registries = api
  if (!(registries instanceof Registries)) throw new Error('another service')
  await helper.set('garbled')
  expect(await registries.auth.push(registry.name)).toBeUndefined()
  expect((await now()).accounts[0]?.test?.error?.code).toBe('credentials-unreadable')
  await helper.set()
  expect(await registries.auth.push(registry.name)).toBeUndefined()
  // Whoever looks after it has not to wait.
  await api.test(registry.name)
  expect(await registries.auth.push(registry.name)).toBeDefined()
})
