import { expect, test } from 'vitest'
import { createPullLab } from '../support/pull-lab.ts'
import { startHostRegistry } from '../support/registry-lab/host-registry.ts'
import { pushImage } from '../support/registry-lab/registry-content.ts'
import { startRegistryFaultProxy } from '../support/registry-lab/registry-fault-proxy.ts'
import { startTokenServer } from '../support/registry-lab/token-server.ts'

const repository = 'library/app'

test('a token goes to the registry that asked for it, and neither to a mirror nor to where its blobs lie', async () => {
  await using tokens = await startTokenServer({
    users: { me: 'secret' },
    privateRepositories: [repository],
  })
  await using guarded = await startHostRegistry({ auth: tokens.auth() })
  const held = await pushImage(guarded, `${repository}:2`, { layers: [1000] })
  await using open = await startHostRegistry()
  await using mirror = await startRegistryFaultProxy(open)
  await using door = await startRegistryFaultProxy(guarded)
  await door.set({ kind: 'redirect' })
  await using own = await createPullLab({
    endpoints: [mirror, door],
    credentials: { [door.url]: { username: 'me', password: 'secret' } },
  })
  const digest = held.layers[0]?.digest ?? ''
  const { status, body } = await own.ask(`/${repository}/blobs/${digest}`)
  expect([status, body.length]).toEqual([200, held.layers[0]?.size])
  const shown = [...mirror.requests, ...door.requests].map(({ origin, authorization }) => [
    origin,
    authorization,
  ])
  // The mirror, the registry before and after it has asked, and the other place.
  expect(shown).toEqual([
    ['registry', undefined],
    ['registry', undefined],
    ['registry', 'bearer'],
    ['cdn', undefined],
  ])
  expect(tokens.count({ user: 'me' })).toBe(1)
})
