import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Vaults } from '../../../../main/credentials/vaults.ts'
import { ProxyLogins } from '../../../../main/network/logins.ts'
import { createPassHelper, type PassHelper } from '../../../support/pass-helper.ts'

const proxy = 'http://proxy.example:3128'
const mia = { username: 'mia', password: 'canary' }

let folder: string
let helper: PassHelper
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-proxy-logins-'))
  helper = await createPassHelper()
})
afterEach(async () => {
  await helper[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const file = () => join(folder, 'proxies.json')
const createVaults = (helperPlaces = helper.places) =>
  new Vaults({
    files: {
      ...{ sealedLogins: join(folder, 'sealed'), plainLogins: join(folder, 'plain'), tag: 'home1' },
    },
    ...{ helperPlaces, env: helper.env, log: { write: () => undefined } },
  })
/** As an app does that has just begun. */
const open = (vaults = createVaults(), retryMs = 0) =>
  ProxyLogins.open(file(), { vaults, log: { write: () => undefined }, retryMs })
const gets = async () =>
  (await helper.calls()).map(({ argv }) => argv[0]).filter((verb) => verb === 'get').length

describe('a login', () => {
  test('lies where the helper has it alone, and is there after a restart', async () => {
    await (await open()).set(proxy, mia)
    expect(await helper.entries()).toEqual({
      [`https://home1.berth.invalid/${proxy}`]: { Username: 'mia', Secret: 'canary' },
    })
    expect(await readdir(folder)).toEqual(['proxies.json'])
    expect((await stat(file())).mode & 0o777).toBe(0o600)
    expect(await readFile(file(), 'utf8')).not.toContain('canary')
    const next = await open()
    expect(next.accounts).toEqual([{ proxy, username: 'mia', place: 'helper' }])
    expect(await next.get(proxy)).toEqual(mia)
    expect(await next.get('http://other.example:1')).toBeUndefined()
  })

  test('is read when it is first needed, once for all that ask', async () => {
    await (await open()).set(proxy, mia)
    const before = await gets()
    const next = await open()
    expect([next.accounts.length, await gets()]).toEqual([1, before])
    await Promise.all([next.get(proxy), next.get(proxy)])
    await next.get(proxy)
    expect(await gets()).toBe(before + 1)
  })

  test('is changed and forgotten, there as well', async () => {
    const logins = await open()
    await logins.set(proxy, mia)
    const zoe = { username: 'zoe', password: 'other' }
    await Promise.all([logins.set(proxy, zoe), logins.set('socks5://s.example:1080', mia)])
    expect(await logins.get(proxy)).toEqual(zoe)
    expect(await (await open()).get(proxy)).toEqual(zoe)
    await logins.set(proxy, undefined)
    expect(await logins.get(proxy)).toBeUndefined()
    expect(Object.keys(await helper.entries())).toEqual([
      'https://home1.berth.invalid/socks5://s.example:1080',
    ])
    expect((await open()).accounts).toHaveLength(1)
  })

  test('does not touch that of a registry on the same host and port', async () => {
    const vaults = createVaults()
    const logins = await open(vaults)
    const registries = await vaults.at('helper')
    await registries.store('proxy.example:3128', { username: 'me', password: 'own' })
    await logins.set(proxy, mia)
    await logins.set(proxy, undefined)
    expect(await registries.get('proxy.example:3128')).toEqual({ username: 'me', password: 'own' })
  })
})

describe('where nothing lasts', () => {
  test('a login is kept until the app ends, in no file', async () => {
    const nowhere = createVaults({ folders: [], names: [] })
    const logins = await open(nowhere)
    await logins.set(proxy, mia)
    expect(await logins.get(proxy)).toEqual(mia)
    expect(logins.accounts).toEqual([{ proxy, username: 'mia', place: 'memory' }])
    expect(await readdir(folder)).toEqual([])
    expect((await open(nowhere)).accounts).toEqual([])
  })

  test.each([
    ['locked', true],
    ['locked', false],
  ] as const)('as the helper is %s, it is said why (known before: %s)', async (fault, isKnown) => {
    const logins = await open()
    if (isKnown) await logins.set(proxy, mia)
    await helper.set(fault)
    await logins.set(proxy, { ...mia, password: 'next' })
    expect(await logins.get(proxy)).toEqual({ ...mia, password: 'next' })
    expect(logins.accounts).toMatchObject([
      { place: 'memory', error: { code: 'credential-helper-failed' } },
    ])
    await helper.set()
    await logins.set(proxy, mia)
    expect(logins.accounts).toEqual([{ proxy, username: 'mia', place: 'helper' }])
  })
})

describe('a login that cannot be read', () => {
  test('is done without, is told, and is read once it can be', async () => {
    await (await open()).set(proxy, mia)
    const logins = await open()
    let news = 0
    logins.onNews = () => (news += 1)
    await helper.set('garbled')
    expect(await logins.get(proxy)).toBeUndefined()
    expect(await logins.get(proxy)).toBeUndefined()
    expect(logins.accounts[0]?.error).toEqual({
      ...{ code: 'credentials-unreadable', params: { registry: proxy } },
    })
    expect(news).toBe(1)
    await helper.set()
    expect(await logins.get(proxy)).toEqual(mia)
    expect([news, logins.accounts[0]?.error]).toEqual([2, undefined])
  })

  test('is not asked for at each connection', async () => {
    await (await open()).set(proxy, mia)
    const logins = await open(createVaults(), 60_000)
    await helper.set('garbled')
    await logins.get(proxy)
    const before = await gets()
    await logins.get(proxy)
    expect(await gets()).toBe(before)
  })

  test('of another user by now is not used', async () => {
    await (await open()).set(proxy, mia)
    const vault = await createVaults().at('helper')
    await vault.store(proxy, { username: 'zoe', password: 'other' })
    const logins = await open()
    expect(await logins.get(proxy)).toBeUndefined()
    expect(logins.accounts[0]?.error?.code).toBe('credentials-unreadable')
  })

  test('is kept as it is when it cannot be forgotten', async () => {
    const logins = await open()
    await logins.set(proxy, mia)
    await helper.set('locked')
    await expect(logins.set(proxy, undefined)).rejects.toMatchObject({
      code: 'credential-helper-failed',
    })
    expect(logins.accounts).toHaveLength(1)
  })
})

test('a file that is not as we wrote it is set aside', async () => {
  await writeFile(file(), '{"accounts":7}')
  expect((await open()).accounts).toEqual([])
  expect((await readdir(folder))[0]).toMatch(/^proxies\.json\.bad-/)
})
