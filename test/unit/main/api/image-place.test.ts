import { expect, test } from 'vitest'
import {
  toImagePlace,
  toLocalName,
  toNameThere,
  toRegistryName,
  toShortName,
  toTypedName,
  toTypedRegistry,
} from '#api'

const digest = `sha256:${'a'.repeat(64)}`

test.each([
  ['nginx', 'docker.io', 'library/nginx'],
  ['me/app', 'docker.io', 'me/app'],
  ['docker.io/nginx', 'docker.io', 'library/nginx'],
  ['index.docker.io/me/app', 'docker.io', 'me/app'],
  ['registry-1.docker.io/library/nginx', 'docker.io', 'library/nginx'],
  ['GHCR.io/me/app', 'ghcr.io', 'me/app'],
  ['localhost/app', 'localhost', 'app'],
  ['nas:5000/app', 'nas:5000', 'app'],
  ['[::1]:5000/app', '[::1]:5000', 'app'],
  // No user of Docker Hub is called so: its login is not shown to another, and nobody's images are shown for it.
  ['NAS/app', 'NAS', 'app'],
])('%s is of %s, and called %s there', (name, registry, repository) => {
  expect(toImagePlace(name)).toEqual({ registry, repository })
})

test.each([
  ['redis:7', { tag: '7' }],
  ['nas:5000/app:7', { tag: '7' }],
  [`redis@${digest}`, { digest }],
  [`redis:7@${digest}`, { tag: '7', digest }],
])('%s says which of its images', (name, which) => {
  expect(toImagePlace(name)).toMatchObject(which)
})

test('Docker Hub has one name, whatever it is called by', () => {
  const names = ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'Hub.Docker.com']
  expect(new Set(names.map(toRegistryName))).toEqual(new Set(['docker.io']))
  expect(toRegistryName('docker.io.example')).toBe('docker.io.example')
})

test.each([
  [' https://index.docker.io/v1/ ', 'docker.io'],
  ['GHCR.io', 'ghcr.io'],
])('%j is typed for %s', (text, registry) => {
  expect(toTypedRegistry(text)).toBe(registry)
})

test.each([
  ['docker.io', 'library/nginx', 'nginx', 'nginx'],
  ['docker.io', 'me/app', 'me/app', 'me/app'],
  ['ghcr.io', 'library/nginx', 'ghcr.io/library/nginx', 'library/nginx'],
])('of %s, %s is written %s, and %s beside it', (registry, repository, name, there) => {
  expect(toShortName({ registry, repository })).toBe(name)
  expect(toNameThere({ registry, repository })).toBe(there)
})

test.each([
  ['https://hub.docker.com/r/grafana/grafana', 'docker.io/grafana/grafana'],
  ['hub.docker.com/_/nginx/', 'docker.io/nginx'],
  ['https://hub.docker.com/r/grafana/grafana/tags', 'docker.io/grafana/grafana'],
  [' ghcr.io/me/app:1 ', 'ghcr.io/me/app:1'],
])('%j is copied for %s', (text, name) => {
  expect(toTypedName(text)).toBe(name)
})

test('names are one image’s to the engine when it takes them for one', () => {
  const one = ['redis:7', 'docker.io/redis:7', 'index.docker.io/library/redis:7']
  expect(new Set(one.map(toLocalName)).size).toBe(1)
  const others = ['redis:7', 'registry-1.docker.io/redis:7', 'Docker.io/redis:7', 'redis:8']
  expect(new Set(others.map(toLocalName)).size).toBe(4)
})
