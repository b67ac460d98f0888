import { expect, test } from 'vitest'
import { ServedHistory } from '../../../../main/mirrors/served.ts'

test('one address that is a mirror of two registries has given to each what it gave', () => {
  const history = new ServedHistory()
  const url = 'https://a.example'
  const route = { repository: 'x', kind: 'blobs', reference: `sha256:${'0'.repeat(64)}` } as const
  const give = (registry: string, bytes: number) =>
    history.add({ at: 0, ms: 1, route: { registry, ...route }, bytes: new Map([[url, bytes]]) })
  give('docker.io', 1)
  give('ghcr.io', 20)
  give('docker.io', 300)
  expect(history.totalOf({ registry: 'docker.io', url })).toBe(301)
  expect(history.totalOf({ registry: 'ghcr.io', url })).toBe(20)
})
