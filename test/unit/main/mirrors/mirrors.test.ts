import { expect, test } from 'vitest'
import type { MirrorSetting } from '#api'
import { isUsableMirror } from '../../../../main/mirrors/mirror-list.ts'
import { namesOf } from '../../../../main/mirrors/snapshot.ts'
import { startFakeApp } from '../../../support/fake-app.ts'

const hub: MirrorSetting = { registry: 'docker.io', url: 'https://a.example', enabled: true }

test('a mirror that a hand has written wrongly is passed over, and the app starts', async () => {
  const wrong = { ...hub, url: 'a.example' }
  await using fake = await startFakeApp({ settings: { mirrors: [wrong, hub] } })
  const { mirrors } = fake.app.api
  for await (const { registries } of mirrors.watch()) {
    expect(registries[0]?.endpoints.map(({ url }) => url)).toEqual([
      'https://a.example',
      'https://registry-1.docker.io',
    ])
    break
  }
  await mirrors.add({ registry: 'docker.io', url: 'https://b.example' })
  const { settings } = await fake.app.api.settings.get()
  expect(settings.mirrors.map(({ url }) => url)).toEqual(['https://a.example', 'https://b.example'])
})

test.each([
  [{ ...hub, url: 'ftp://a.example' }, false],
  [{ ...hub, registry: 'localhost:5000' }, false],
  [hub, true],
])('%o can be asked: %s', (mirror, usable) => {
  expect(isUsableMirror(mirror)).toBe(usable)
})

test('all that is shown is what a test of all goes over', () => {
  const own = { ...hub, registry: 'registry.example' }
  expect(namesOf([own, hub, own])).toEqual([
    ...['docker.io', 'ghcr.io', 'quay.io', 'registry.k8s.io', 'mcr.microsoft.com', 'gcr.io'],
    'registry.example',
  ])
})
