import { expect, test } from 'vitest'
import { toRegistryRoute, toTypedRoute } from '../../../../renderer/registry/registry-route.ts'
import { fieldOf, wantsPlace } from '../../../../renderer/views/registries/login-errors.ts'

test.each([
  ['ghcr.io', '/registries/ghcr.io'],
  ['https://GHCR.io/', '/registries/ghcr.io'],
  ['localhost:5000', '/registries/localhost%3A5000'],
  ['nas:5000', '/registries/nas%3A5000'],
  ['ghcr.io/me/app', '/registries/ghcr.io/me%2Fapp'],
  ['ghcr.io/me/app:1.2', '/registries/ghcr.io/me%2Fapp/1.2'],
  ['127.0.0.1:5000/app', '/registries/127.0.0.1%3A5000/app'],
  ['redis:7', '/registries/docker.io/library%2Fredis/7'],
  ['https://hub.docker.com/_/redis', '/registries/docker.io/library%2Fredis'],
  ['Bitnami/redis', '/registries/Bitnami/redis'],
  ['bitnami/redis', '/registries/docker.io/bitnami%2Fredis'],
  ['redis', '/registries/search/redis'],
  ['hub.docker.com', '/registries/docker.io'],
  ['index.docker.io/library/redis:7', '/registries/docker.io/library%2Fredis/7'],
  ['ghcr.io/me/app@sha256:00', '/registries/ghcr.io/me%2Fapp/sha256%3A00'],
  ['message queue', '/registries/search/message%20queue'],
  ['a/../b?c#d', '/registries/docker.io/a%2F..%2Fb%3Fc%23d'],
])('%s leads to %s', (typed, route) => {
  expect(toTypedRoute(typed)).toBe(route)
})

test('an address keeps what is anybody’s words apart', () => {
  expect(toRegistryRoute('r.example', 'a/b', '#?/')).toBe('/registries/r.example/a%2Fb/%23%3F%2F')
})

test.each([
  ['registry-login-refused', 'password'],
  ['registry-dns', 'registry'],
  ['ask-slow', 'registry'],
  ['registry-name-invalid', 'registry'],
  ['credential-helper-failed', 'place'],
  ['internal', 'form'],
] as const)('%s is told at the %s', (code, field) => {
  expect(fieldOf(code)).toBe(field)
})

const account = { registry: 'a.example', username: 'ada', inDocker: false }
const nowhere = { place: 'memory', error: { code: 'credentials-nowhere', params: {} } } as const

test('a place is asked for where there is none, once for each registry', () => {
  const accounts = [{ ...account, place: 'plain' as const }]
  expect(wantsPlace({ accounts, store: nowhere }, ' a.example ')).toBe(false)
  expect(wantsPlace({ accounts, store: nowhere }, 'b.example')).toBe(true)
  expect(wantsPlace({ accounts, store: { place: 'keychain' } }, 'b.example')).toBe(false)
  expect(wantsPlace(undefined, 'b.example')).toBe(false)
})
