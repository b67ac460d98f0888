import { expect, test } from 'vitest'
import { isPlainAllowed } from '../../../../main/registries/plain-http.ts'
import { toDockerServer, toRegistry } from '../../../../main/registries/names.ts'

test.each([
  ['docker.io', 'docker.io'],
  ['index.docker.io', 'docker.io'],
  ['https://index.docker.io/v1/', 'docker.io'],
  ['registry-1.docker.io', 'docker.io'],
  [' GHCR.io ', 'ghcr.io'],
  ['https://ghcr.io/v2/', 'ghcr.io'],
  ['localhost', 'localhost'],
  ['localhost:5000', 'localhost:5000'],
  ['registry:5000', 'registry:5000'],
  ['[::1]:5000', '[::1]:5000'],
])('%j is the registry %s', (text, registry) => {
  expect(toRegistry(text)).toBe(registry)
})

test.each(['', 'alpine', 'a b.example', 'ftp://a.example', 'a.example:port', '-.example'])(
  '%j is no registry',
  (text) => {
    expect(() => toRegistry(text)).toThrow('registry-name-invalid')
  },
)

test('a password that was written into an address is not told', () => {
  expect(() => toRegistry('https://me:canary@ghcr.io/')).toThrow(
    'registry-name-invalid {"registry":"…@ghcr.io/"}',
  )
})

test('docker has its hub under a key of its own', () => {
  expect(toDockerServer('docker.io')).toBe('https://index.docker.io/v1/')
  expect(toDockerServer('ghcr.io')).toBe('ghcr.io')
})

const settings = (...named: unknown[]) => JSON.stringify({ 'insecure-registries': named })

test.each<[boolean, string, string]>([
  [true, '127.0.0.1:5000', '{}'],
  [true, 'localhost:5000', 'no JSON'],
  [false, 'registry.example:5000', '{}'],
  [true, 'registry.example:5000', settings('Registry.example:5000')],
  [false, 'registry.example', settings('registry.example:5000')],
  [true, '10.1.2.3:5000', settings('10.0.0.0/8')],
  [false, '11.1.2.3:5000', settings('10.0.0.0/8', '1.2.3.4/99', 'x/8', 7)],
  [true, '[fd00::1]:5000', settings('fd00::/8')],
  [false, 'registry.example', settings('0.0.0.0/0')],
  [false, 'registry.example', JSON.stringify({ 'insecure-registries': 'registry.example' })],
])('plain HTTP is %s for %s with %s', (isAllowed, registry, text) => {
  expect(isPlainAllowed(registry, text)).toBe(isAllowed)
})
