import { expect, onTestFinished, test, vi } from 'vitest'
import type { MirrorSetting } from '#api'
import { isUsableMirror } from '../../../../main/mirrors/mirror-list.ts'
import { namesOf } from '../../../../main/mirrors/snapshot.ts'
import { startFakeApp } from '../../../support/fake-app.ts'
import { openSmallRegistry, pullBy } from '../../../support/small-registry.ts'

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

test('whoever looks anew does not see a rest that is over', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  await using dead = await openSmallRegistry()
  dead.status = 503
  const registry = 'registry.invalid'
  const mirror = { registry, url: dead.url, enabled: true }
  await using fake = await startFakeApp({ settings: { mirrors: [mirror] } })
  const stateNow = async () => {
    for await (const { registries } of fake.app.api.mirrors.watch())
      return registries.find((one) => one.registry === registry)?.endpoints[0]?.state
    return undefined
  }
  expect(await pullBy(fake.app.paths.pullAddress, registry, 'team/tool')).toBe(502)
  expect(await stateNow()).toBe('resting')
  vi.setSystemTime(Date.now() + 3_600_000)
  expect(await stateNow()).toBe('unused')
})

test('two that are added at once are both there', async () => {
  await using fake = await startFakeApp()
  const { mirrors, settings } = fake.app.api
  const urls = ['https://a.example', 'https://b.example', 'https://c.example']
  await Promise.all(urls.map((url) => mirrors.add({ registry: 'docker.io', url })))
  expect((await settings.get()).settings.mirrors.map(({ url }) => url)).toEqual(urls)
})
