import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createHelperVault } from '../../../../main/credentials/helper-vault.ts'
import { askHelper } from '../../../../main/credentials/helper.ts'
import { createPassHelper, type PassHelper } from '../../../support/pass-helper.ts'

const url = 'https://home1.berth.invalid/ghcr.io'
const login = { username: 'me', password: 'ca"nary\\ 密码' }

let helper: PassHelper
beforeEach(async () => {
  helper = await createPassHelper()
})
afterEach(() => helper[Symbol.asyncDispose]())

const open = (timeoutMs = 15_000) => {
  const { program, env } = helper
  return createHelperVault({
    ...{ program, tag: 'home1', timeoutMs },
    env: { ...env, HOME: '/home/mia', SECRET_OF_OURS: '1', HTTPS_PROXY: 'http://a:b@c' },
  })
}

describe('a vault behind a credential helper', () => {
  test('gives back what was stored, and has it no more once it is erased', async () => {
    const vault = open()
    await vault.store('ghcr.io', login)
    expect(await helper.entries()).toEqual({ [url]: { Username: 'me', Secret: login.password } })
    expect(await vault.get('ghcr.io')).toEqual(login)
    await vault.erase('ghcr.io')
    expect(await vault.get('ghcr.io')).toBeUndefined()
    await vault.erase('ghcr.io')
  })

  test("leaves docker's own entries alone", async () => {
    const own = { ServerURL: 'ghcr.io', Username: 'docker', Secret: 'theirs' }
    await askHelper('store', JSON.stringify(own), { ...helper, timeoutMs: 15_000 })
    const vault = open()
    expect(await vault.get('ghcr.io')).toBeUndefined()
    await vault.store('ghcr.io', login)
    await vault.erase('ghcr.io')
    expect(Object.keys(await helper.entries())).toEqual(['ghcr.io'])
  })

  test('has one user a registry', async () => {
    const vault = open()
    await vault.store('ghcr.io', login)
    await vault.store('ghcr.io', { username: 'you', password: 'other' })
    expect(await vault.get('ghcr.io')).toEqual({ username: 'you', password: 'other' })
  })

  test('puts no secret into arguments or environment, and passes on nothing that a helper does not need', async () => {
    await open().store('ghcr.io', login)
    const calls = await helper.calls()
    expect(calls.map(({ argv }) => argv)).toEqual([['get'], ['store']])
    for (const { env } of calls) {
      expect(Object.keys(env).sort()).toEqual(['HOME', 'PASSWORD_STORE_DIR', 'PATH'])
      expect(env['PATH']).toBe('/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin')
    }
  })

  test('tells in the words of its helper why it fails', async () => {
    await helper.set('locked')
    await expect(open().get('ghcr.io')).rejects.toMatchObject({
      code: 'credential-helper-failed',
      params: { helper: 'docker-credential-pass', message: 'the keychain is locked.' },
    })
  })

  test('never tells a secret that its helper repeats', async () => {
    await helper.set('repeats')
    const plain = { username: 'me', password: 'canary' }
    const failed = await open()
      .store('ghcr.io', plain)
      .catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: 'credential-helper-failed' })
    expect(JSON.stringify(failed)).not.toContain('canary')
  })

  test.each(['canary <key>', 'can  ary\tand "more"', 'can<\n>ary'])(
    'hides a secret however it is repeated, and wherever the words are cut: %j',
    async (password) => {
      await helper.set('blurts')
      const failed = await open()
        .store('ghcr.io', { username: 'me', password })
        .catch((error: unknown) => error)
      expect(failed).toMatchObject({ code: 'credential-helper-failed' })
      expect(JSON.stringify(failed)).not.toContain('can')
    },
  )

  test('tells nothing of an answer that failed', async () => {
    await open().store('ghcr.io', { username: 'me', password: 'canary' })
    await helper.set('blurts')
    await expect(open().get('ghcr.io')).rejects.toMatchObject({
      code: 'credential-helper-failed',
      params: { message: 'exit code 1.' },
    })
  })

  test('gives up on one that hangs, and ends it', async () => {
    await helper.set('hangs')
    await expect(open(500).get('ghcr.io')).rejects.toMatchObject({
      params: { message: 'no answer in 0.5 s.' },
    })
  })

  test('reads no answer without end', async () => {
    await helper.set('endless')
    await expect(open().get('ghcr.io')).rejects.toMatchObject({ code: 'credential-helper-failed' })
  })

  test('takes what is no login for one that cannot be read', async () => {
    await helper.set('garbled')
    await expect(open().get('ghcr.io')).rejects.toMatchObject({ code: 'credentials-unreadable' })
  })

  test('says that a program is not there', async () => {
    const vault = createHelperVault({ program: '/no/docker-credential-pass', env: {}, tag: 'a' })
    await expect(vault.get('ghcr.io')).rejects.toMatchObject({ code: 'credential-helper-failed' })
  })
})
