import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RegistriesSnapshot } from '#api'
import type { App } from '../../main/app.ts'
import { type FakeApp, startFakeApp } from '../support/fake-app.ts'
import { type HostRegistry, startHostRegistry } from '../support/registry-lab/host-registry.ts'

const now = async ({ api }: App): Promise<RegistriesSnapshot> => {
  for await (const snapshot of api.registries.watch()) return snapshot
  throw new Error('the stream has ended')
}

describe('a registry that wants a password', () => {
  let registry: HostRegistry
  let fake: FakeApp
  let name: string
  beforeAll(async () => {
    registry = await startHostRegistry({ auth: { kind: 'basic', user: 'me', password: 'right' } })
    name = new URL(registry.url).host
    fake = await startFakeApp({ stepMs: 0 })
  })
  afterAll(async () => {
    await fake[Symbol.asyncDispose]()
    await registry[Symbol.asyncDispose]()
  })

  test('says no to a wrong one, and nothing is kept', async () => {
    const login = { registry: name, username: 'me', password: 'wrong', accept: 'memory' as const }
    await expect(fake.app.api.registries.logIn(login)).rejects.toMatchObject({
      code: 'registry-login-refused',
    })
    expect((await now(fake.app)).accounts).toEqual([])
  })

  test('says yes to the right one', async () => {
    const login = { registry: name, username: 'me', password: 'right', accept: 'memory' as const }
    await fake.app.api.registries.logIn(login)
    expect((await now(fake.app)).accounts).toMatchObject([
      { registry: name, username: 'me', place: 'memory', inDocker: false },
    ])
    await fake.app.api.registries.logOut(name)
    expect((await now(fake.app)).accounts).toEqual([])
  })
})
