import { expect, test } from 'vitest'
import {
  parseRepository,
  parseRepositoryImage,
} from '../../../../main/registries/repository-name.ts'

test.each([
  ['nginx', 'docker.io', 'library/nginx'],
  ['bitnami/nginx', 'docker.io', 'bitnami/nginx'],
  ['docker.io/nginx', 'docker.io', 'library/nginx'],
  ['index.docker.io/library/nginx', 'docker.io', 'library/nginx'],
  ['ghcr.io/me/app', 'ghcr.io', 'me/app'],
  ['https://ghcr.io/me/app', 'ghcr.io', 'me/app'],
  ['https://hub.docker.com/r/grafana/grafana', 'docker.io', 'grafana/grafana'],
  ['localhost/app', 'localhost', 'app'],
  ['127.0.0.1:5000/team/app', '127.0.0.1:5000', 'team/app'],
  [' registry.example:5000/a__b/c-d ', 'registry.example:5000', 'a__b/c-d'],
])('%s is of %s, and called %s there', (text, registry, repository) => {
  expect(parseRepository(text)).toEqual({ registry, repository })
})

test.each([
  ['ghcr.io/me/app', 'latest'],
  ['localhost:5000/app:1.2', '1.2'],
  [`ghcr.io/me/app@sha256:${'a'.repeat(64)}`, `sha256:${'a'.repeat(64)}`],
  [`ghcr.io/me/app:1.2@sha256:${'a'.repeat(64)}`, `sha256:${'a'.repeat(64)}`],
])('%s means %s', (text, reference) => {
  expect(parseRepositoryImage(text).reference).toBe(reference)
})

test.each([
  '',
  'ghcr.io/',
  'ghcr.io/../_catalog',
  'ghcr.io/me/app?x=1',
  'ghcr.io/Me/App',
  'MyReg/app',
  'user:pass@ghcr.io/me',
  'a.example@b.example/app',
  `app:${'a'.repeat(129)}`,
  'app@sha256:12',
  42,
  null,
])('%j is no name, and nobody is asked', (text) => {
  expect(() => parseRepositoryImage(text)).toThrow('name-invalid')
})

test.each(['ghcr.io/me/app:1.2', `nginx@sha256:${'a'.repeat(64)}`])(
  '%s is an image, and no repository',
  (text) => {
    expect(() => parseRepository(text)).toThrow('repository-name-invalid')
  },
)
