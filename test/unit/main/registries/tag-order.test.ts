import { expect, test } from 'vitest'
import { sortTags } from '../../../../main/registries/tag-order.ts'

test.each([
  ['latest stands first', ['edge', '3', 'latest'], ['latest', '3', 'edge']],
  [
    'versions go from the highest down, by number',
    ['1.9.1', '1.10.0', '1.2', '2.0'],
    ['2.0', '1.10.0', '1.9.1', '1.2'],
  ],
  [
    'a tag that moves stands before what it may mean',
    ['1.27.4', '1', '1.27.5', '1.27'],
    ['1', '1.27', '1.27.5', '1.27.4'],
  ],
  ['a v in front changes nothing', ['v1.2.3', '1.3.0', 'v2'], ['v2', '1.3.0', 'v1.2.3']],
  [
    'variants follow their version',
    ['1.27.4-alpine', '1.27.4', '1.27.3', '1.27.4-slim'],
    ['1.27.4', '1.27.4-alpine', '1.27.4-slim', '1.27.3'],
  ],
  [
    'what was not out yet comes after what is',
    ['2.0.0-rc.2', '2.0.0', '2.0.0-rc.10', '1.9', '2.0.0-alpine', '2.0.0-beta1'],
    ['2.0.0', '2.0.0-alpine', '2.0.0-rc.10', '2.0.0-rc.2', '2.0.0-beta1', '1.9'],
  ],
  [
    'variants follow their release candidate, too',
    ['1.0-rc.1-arm64', '1.0-rc.1-amd64', '1.0-rc.1', '1.0-rc2'],
    ['1.0-rc2', '1.0-rc.1', '1.0-rc.1-amd64', '1.0-rc.1-arm64'],
  ],
  [
    'dates are no versions, and words follow',
    ['20240923', '3.20', 'edge', '20250108'],
    ['3.20', '20250108', '20240923', 'edge'],
  ],
  [
    'builds and signatures are last',
    ['sha-0f3e1d2', `sha256-${'ab1'.repeat(21)}c.sig`, 'main', '1.0'],
    ['1.0', 'main', 'sha-0f3e1d2', `sha256-${'ab1'.repeat(21)}c.sig`],
  ],
  ['one that comes twice is there once', ['a', 'a'], ['a']],
])('%s', (_what, given, sorted) => {
  expect(sortTags(given)).toEqual(sorted)
})

test('ten thousand tags are sorted at once', () => {
  const tags = Array.from({ length: 10_000 }, (_, index) => `1.${index % 100}.${index}`)
  const began = performance.now()
  expect(sortTags(tags)[0]).toBe('1.99.9999')
  expect(performance.now() - began).toBeLessThan(1000)
})
