import { lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  createPlainVault,
  createSealedVault,
  type Keychain,
} from '../../../../main/credentials/file-vault.ts'
import { Vaults, type VaultsParts } from '../../../../main/credentials/vaults.ts'
import { createPassHelper } from '../../../support/pass-helper.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-vaults-'))
  file = join(folder, 'logins.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const me = { username: 'me', password: 'canary' }
const you = { username: 'you', password: 'other' }

const toKeychain = (key = 0x55, isThere = true): Keychain => ({
  name: 'Key ring',
  isThere: () => Promise.resolve(isThere),
  seal: (text) => Promise.resolve(Buffer.from(text).map((byte) => byte ^ key) as Buffer),
  open: (sealed) => Promise.resolve(Buffer.from(sealed.map((byte) => byte ^ key)).toString()),
})

describe.each([
  ['sealed by a keychain', () => createSealedVault(file, toKeychain())],
  ['of plain text', () => createPlainVault(file)],
])('a file %s', (_what, open) => {
  test('is for this user alone, and gone with its last login', async () => {
    await open().store('a.example', me)
    await open().store('b.example', you)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await open().get('a.example')).toEqual(me)
    expect(await open().get('c.example')).toBeUndefined()
    await open().erase('a.example')
    expect(await open().get('a.example')).toBeUndefined()
    expect(await open().get('b.example')).toEqual(you)
    await open().erase('b.example')
    await open().erase('b.example')
    expect(await readdir(folder)).toEqual([])
  })
})

test('a file that two write to at once has both', async () => {
  const vault = createPlainVault(file)
  await Promise.all([vault.store('a.example', me), vault.store('http://a.example:1', you)])
  expect(await vault.get('a.example')).toEqual(me)
  expect(await vault.get('http://a.example:1')).toEqual(you)
})

test.each(['{"a.example":"bWU="', '{"a.example":"no base64!"}', '[]'])(
  'a file that is not as we wrote it is kept, and logins are stored anew: %s',
  async (text) => {
    await writeFile(file, text)
    const vault = createPlainVault(file)
    expect(await vault.get('a.example')).toBeUndefined()
    await vault.store('b.example', you)
    expect(await vault.get('b.example')).toEqual(you)
    const kept = (await readdir(folder)).find((name) => name.startsWith('logins.json.bad-')) ?? ''
    expect(await readFile(join(folder, kept), 'utf8')).toBe(text)
  },
)

test('a file that cannot be read now is not written over', async () => {
  // Whoever runs this may be root, who can read what has no mode.
  await symlink(file, file)
  const vault = createPlainVault(file)
  await expect(vault.get('a.example')).rejects.toMatchObject({
    code: 'credentials-unreadable',
    params: { registry: 'a.example' },
  })
  await expect(vault.store('a.example', me)).rejects.toMatchObject({
    code: 'home-not-writable',
    params: { folder },
  })
  expect((await lstat(file)).isSymbolicLink()).toBe(true)
})

describe('what a keychain has sealed', () => {
  test('holds neither name nor password', async () => {
    await createSealedVault(file, toKeychain()).store('a.example', me)
    const { 'a.example': sealed = '' } = JSON.parse(await readFile(file, 'utf8')) as Record<
      string,
      string
    >
    const bytes = Buffer.from(sealed, 'base64').toString('latin1')
    expect(bytes).not.toMatch(/canary|username/)
  })

  test('can be erased without it, and not be read', async () => {
    await createSealedVault(file, toKeychain()).store('a.example', me)
    const away = createSealedVault(file, undefined)
    await expect(away.get('a.example')).rejects.toMatchObject({ code: 'credentials-away' })
    await away.erase('a.example')
    expect(await away.get('a.example')).toBeUndefined()
  })

  test('is not told when another key opens it', async () => {
    await createSealedVault(file, toKeychain()).store('a.example', me)
    const other = createSealedVault(file, toKeychain(0x2a))
    const failed = await other.get('a.example').catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: 'credentials-unreadable', cause: undefined })
  })
})

describe('the place for a new login', () => {
  const open = (parts: Partial<VaultsParts>) =>
    new Vaults({
      files: { sealedLogins: file, plainLogins: `${file}.plain`, tag: 'home1' },
      helperPlaces: { folders: [], names: [] },
      ...{ env: {}, log: { write: () => undefined } },
      ...parts,
    })

  test('is the keychain, where there is one', async () => {
    await using helper = await createPassHelper()
    const { places: helperPlaces, env } = helper
    const vaults = open({ helperPlaces, env, keychain: toKeychain() })
    expect(await vaults.best()).toEqual({ place: 'keychain', name: 'Key ring' })
    expect(await helper.calls()).toEqual([])
  })

  test('is a helper, where the keychain is none', async () => {
    await using helper = await createPassHelper()
    const { places: helperPlaces, env } = helper
    const vaults = open({ helperPlaces, env, keychain: toKeychain(1, false) })
    expect(await vaults.best()).toEqual({ place: 'helper', name: helper.program })
    await (await vaults.at('helper')).store('a.example', me)
    expect(Object.keys(await helper.entries())).toEqual(['https://home1.berth.invalid/a.example'])
  })

  test('is none that lasts without either, and it is said why', async () => {
    expect(await open({}).best()).toMatchObject({
      place: 'memory',
      error: { code: 'credentials-nowhere' },
    })
    await expect(open({}).at('helper')).rejects.toMatchObject({ code: 'credentials-nowhere' })
  })

  test('is the helper again once it has been unlocked', async () => {
    await using helper = await createPassHelper()
    await helper.set('locked')
    const { places: helperPlaces, env } = helper
    const vaults = open({ helperPlaces, env })
    expect(await vaults.best()).toMatchObject({
      place: 'memory',
      error: { code: 'credential-helper-failed', params: { message: 'the keychain is locked.' } },
    })
    await helper.set()
    expect(await vaults.best()).toMatchObject({ place: 'helper' })
  })
})
