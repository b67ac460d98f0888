import { expect, test } from 'vitest'
import {
  isLoopbackRegistry,
  isRegistryName,
  toMirrorBase,
  toRegistryBase,
} from '../../../../main/registry/base-url.ts'

test.each([
  ['https://mirror.example', 'https://mirror.example/v2'],
  ['https://mirror.example/', 'https://mirror.example/v2'],
  ['http://10.0.0.5:5000', 'http://10.0.0.5:5000/v2'],
  ['https://mirror.example/v2/', 'https://mirror.example/v2'],
  ['https://art.example/api/docker/remote', 'https://art.example/api/docker/remote/v2'],
  ['https://mirror.example/v2/ghcr.io', 'https://mirror.example/v2/ghcr.io'],
])('a mirror at %s has its images below %s', (text, base) => {
  expect(toMirrorBase(text)).toBe(base)
})

test.each([
  'mirror.example',
  'ftp://mirror.example',
  'https://',
  'https://mirror.example/?a=b',
  'https://mirror.example/#a',
  '',
  'file:///etc/passwd',
])('%j is no address of a mirror', (text) => {
  expect(() => toMirrorBase(text)).toThrow(expect.objectContaining({ code: 'mirror-url-invalid' }))
})

test('a password in an address is refused and not told', () => {
  expect(() => toMirrorBase('https://me:secret@mirror.example')).toThrow(
    expect.objectContaining({ params: { url: 'https://…@mirror.example' } }),
  )
})

test('Docker Hub answers elsewhere than at its name', () => {
  expect(toRegistryBase('docker.io')).toBe('https://registry-1.docker.io/v2')
  expect(toRegistryBase('ghcr.io')).toBe('https://ghcr.io/v2')
})

test.each(['docker.io', 'ghcr.io', 'localhost:5000', 'registry.example:5000', '[::1]:5000'])(
  '%s is a name of a registry',
  (name) => {
    expect(isRegistryName(name)).toBe(true)
  },
)

test.each(['', 'https://ghcr.io', 'ghcr.io/x', 'a b', '-a.example', 'a..b', 'a:b'])(
  '%j is no name of a registry',
  (name) => {
    expect(isRegistryName(name)).toBe(false)
  },
)

test.each([
  ['localhost', true],
  ['LOCALHOST:5000', true],
  ['app.localhost:80', true],
  ['127.0.0.1:5000', true],
  ['[::1]:5000', true],
  ['[::ffff:127.0.0.1]:5000', true],
  ['localhost.:5000', true],
  ['0.0.0.0:5000', true],
  ['2130706433', true],
  ['10.0.0.1:5000', false],
  ['localhost.example', false],
])('%s is a loopback: %s', (name, is) => {
  expect(isLoopbackRegistry(name)).toBe(is)
})
