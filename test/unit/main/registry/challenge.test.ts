import { expect, test } from 'vitest'
import { parseChallenges } from '../../../../main/registry/challenge.ts'

test('a token is asked for where, for what and about what the registry says', () => {
  expect(
    parseChallenges(
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/busybox:pull,push"',
    ),
  ).toEqual([
    {
      scheme: 'bearer',
      realm: 'https://auth.docker.io/token',
      service: 'registry.docker.io',
      scope: 'repository:library/busybox:pull,push',
    },
  ])
})

test.each([
  ['Basic realm="Registry Realm"', [{ scheme: 'basic' }]],
  ['bearer realm="https://a.example/t"', [bearer('https://a.example/t')]],
  ['Bearer realm=https://a.example/t, service=x', [bearer('https://a.example/t', 'x')]],
  [
    'Bearer realm="https://a.example/t", Basic realm="x"',
    [bearer('https://a.example/t'), { scheme: 'basic' }],
  ],
  [
    String.raw`Bearer realm="https://a.example/t",service="a\"b"`,
    [bearer('https://a.example/t', 'a"b')],
  ],
  ['Bearer realm="not an address"', []],
  ['Bearer service="x"', []],
  ['Negotiate', []],
  ['', []],
])('%s', (header, challenges) => {
  expect(parseChallenges(header)).toEqual(challenges)
})

function bearer(realm: string, service?: string) {
  return { scheme: 'bearer', realm, service, scope: undefined }
}
