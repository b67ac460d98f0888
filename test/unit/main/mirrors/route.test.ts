import { expect, test } from 'vitest'
import { parseRange, parseRoute } from '../../../../main/mirrors/route.ts'

const digest = `sha256:${'a'.repeat(64)}`

test.each([
  ['/library/busybox/manifests/latest?ns=docker.io', 'docker.io', 'library/busybox', 'latest'],
  [`/a/b/c/manifests/${digest}?ns=ghcr.io`, 'ghcr.io', 'a/b/c', digest],
  ['/a%2Fb/manifests/1.0?ns=registry.example%3A5000', 'registry.example:5000', 'a/b', '1.0'],
  ['/library/a/manifests/1?ns=registry-1.docker.io', 'docker.io', 'library/a', '1'],
  // A repository may be called like a part of the path.
  ['/manifests/blobs/manifests/x?ns=quay.io', 'quay.io', 'manifests/blobs', 'x'],
])('%s asks for a manifest', (address, registry, repository, reference) => {
  expect(parseRoute(address)).toEqual({ registry, repository, kind: 'manifests', reference })
})

test('a blob is asked for by its digest', () => {
  expect(parseRoute(`/a/blobs/${digest}?ns=quay.io`)).toEqual({
    registry: 'quay.io',
    repository: 'a',
    kind: 'blobs',
    reference: digest,
  })
})

test.each([
  '',
  '/',
  '/a/manifests/latest',
  '/a/blobs/latest?ns=quay.io',
  '/a/tags/list?ns=quay.io',
  '/A/manifests/latest?ns=quay.io',
  '/a/manifests/%2e%2e?ns=quay.io',
  '/a/manifests/%?ns=quay.io',
  '/a/manifests/latest?ns=a%40b',
  '/a/manifests/latest?ns=',
  `/${'a'.repeat(256)}/manifests/latest?ns=quay.io`,
])('%j is nothing that an engine asks for', (address) => {
  expect(parseRoute(address)).toBeUndefined()
})

test.each([
  ['bytes=0-', { start: 0 }],
  ['bytes=7-9', { start: 7, end: 9 }],
  ['bytes=-5', undefined],
  ['bytes=1-2,4-5', undefined],
  [undefined, undefined],
])('the range %s', (header, range) => {
  expect(parseRange(header)).toEqual(range)
})
