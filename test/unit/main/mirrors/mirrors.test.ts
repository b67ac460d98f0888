import { readFile } from 'node:fs/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { MirrorSetting, Settings } from '#api'
import { isUsableMirror } from '../../../../main/mirrors/mirror-list.ts'
import { namesOf } from '../../../../main/mirrors/snapshot.ts'
import { startFakeApp } from '../../../support/fake-app.ts'
import { openSmallRegistry, pullBy, type SmallRegistry } from '../../../support/small-registry.ts'

const hub: MirrorSetting = { registry: 'docker.io', url: 'https://a.example', enabled: true }

describe('what a hand has written wrongly', () => {
  const wrong = { ...hub, url: 'https://me:secret@a.example' }
  const elsewhere = { ...hub, registry: 'localhost:5000' }
  const newer = { registry: 'docker.io', url: 'https://c.example', enabled: true, weight: 3 }
  const b = { ...hub, url: 'https://b.example' }
  const written = [wrong, newer, hub, 'https://d.example', elsewhere]

  test('is passed over, and why is told without its secrets', async () => {
    await using fake = await startFakeApp({ settings: { mirrors: written as MirrorSetting[] } })
    for await (const { registries, unusable } of fake.app.api.mirrors.watch()) {
      expect(registries[0]?.endpoints.map(({ url }) => url)).toEqual([
        'https://a.example',
        'https://registry-1.docker.io',
      ])
      expect(unusable.map(({ code }) => code)).toEqual([
        ...['mirror-kept-url', 'mirror-kept-registry'],
        ...['mirror-kept-shape', 'mirror-kept-shape'],
      ])
      expect(unusable[0]?.params['what']).toContain('//…@a.example')
      break
    }
  })

  test('stays in the file, whatever is done with the others', async () => {
    await using fake = await startFakeApp({ settings: { mirrors: written as MirrorSetting[] } })
    const { mirrors, settings } = fake.app.api
    const inFile = async () =>
      (JSON.parse(await readFile(fake.app.paths.settings, 'utf8')) as Settings).mirrors
    await mirrors.add(b)
    await mirrors.enable(hub, false)
    await mirrors.order('docker.io', [b.url, hub.url])
    const kept = [b, { ...hub, enabled: false }, elsewhere, wrong, newer, 'https://d.example']
    expect(await inFile()).toEqual(kept)
    await settings.set({ theme: 'dark' })
    expect(await inFile()).toEqual(kept)
    await mirrors.remove(wrong)
    expect(await inFile()).toEqual(kept.filter((one) => one !== wrong))
    await expect(mirrors.add(wrong)).rejects.toMatchObject({ code: 'mirror-url-invalid' })
  })
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

test('no connection that rested while the computer slept is used again', async () => {
  await using place = await openSmallRegistry()
  const registry = 'registry.invalid'
  const mirrors = [{ registry, url: place.url, enabled: true }]
  await using fake = await startFakeApp({ settings: { mirrors } })
  await pullBy(fake.app.paths.pullAddress, registry, 'team/tool')
  expect(await place.connections()).toBeGreaterThan(0)
  fake.app.look()
  await vi.waitFor(async () => expect(await place.connections()).toBe(0), 5000)
})

describe('a test', () => {
  const registry = 'registry.invalid'
  const isLayer = ({ path }: { path: string }) => path.includes('/blobs/')

  /** The app with that many mirrors of one registry, of which an image was pulled. */
  async function open(count: number) {
    await using stack = new AsyncDisposableStack()
    const places: SmallRegistry[] = []
    while (places.length < count) places.push(stack.use(await openSmallRegistry({ pauseMs: 50 })))
    const mirrors = places.map(({ url }) => ({ registry, url, enabled: true }))
    const fake = stack.use(await startFakeApp({ settings: { mirrors } }))
    const closing = stack.move()
    return {
      ...{ places, api: fake.app.api.mirrors, address: fake.app.paths.pullAddress },
      [Symbol.asyncDispose]: () => closing.disposeAsync(),
    }
  }

  test('measures one line after the other, and asks all else at once', async () => {
    await using lab = await open(3)
    await pullBy(lab.address, registry, 'team/tool:1')
    const from = performance.now()
    const results = await Array.fromAsync(lab.api.test(registry))
    const mirrored = results.filter(({ url }) => lab.places.some((place) => place.url === url))
    expect(mirrored.map(({ image, error }) => [image, error])).toEqual(
      Array(3).fill(['team/tool:1', undefined]),
    )
    const seen = lab.places.flatMap(({ requests }) => requests.filter(({ at }) => at >= from))
    const layers = seen.filter(isLayer).toSorted((a, b) => a.at - b.at)
    expect(layers).toHaveLength(3)
    for (const [index, { at }] of layers.entries())
      expect(at).toBeGreaterThan(layers[index - 1]?.sentAt ?? 0)
    const knocks = seen.filter(({ path }) => path === '/v2/')
    expect(knocks).toHaveLength(3)
    expect(Math.max(...knocks.map(({ at }) => at))).toBeLessThan(layers[0]?.at ?? 0)
  })

  test('that nobody waits for goes no further', async () => {
    await using lab = await open(3)
    await pullBy(lab.address, registry, 'team/tool:1')
    const layersOf = () => lab.places.flatMap(({ requests }) => requests.filter(isLayer))
    const before = layersOf().length
    for await (const { url } of lab.api.test(registry))
      if (lab.places.some((place) => place.url === url)) break
    // The next one may be under way.
    expect(layersOf().length - before).toBeLessThan(3)
    const turns = await Array.fromAsync(lab.api.test(registry))
    expect(turns).toHaveLength(4)
  })

  test('that found no way is told no more once there is another, and what was answered stays told', async () => {
    await using place = await openSmallRegistry()
    place.status = 503
    const away = { registry, url: 'http://127.0.0.1:1', enabled: true }
    const mirrors = [away, { registry, url: place.url, enabled: true }]
    await using fake = await startFakeApp({ settings: { mirrors } })
    const codes = async () => {
      for await (const { registries } of fake.app.api.mirrors.watch())
        return registries
          .filter((one) => one.registry === registry)
          .flatMap(({ endpoints }) => endpoints.map(({ test }) => test?.error?.code))
      return undefined
    }
    await Array.fromAsync(fake.app.api.mirrors.test(registry))
    expect(await codes()).toEqual(['registry-unreachable', 'ask-busy', 'registry-dns'])
    await fake.app.api.settings.set({ noProxy: 'a.example' })
    expect(await codes()).toEqual([undefined, 'ask-busy', undefined])
  })

  test('of a registry of which no image is known says so, and goes by the tag that was pulled last', async () => {
    await using lab = await open(1)
    const [place] = lab.places
    const testMirror = async () => {
      const results = await Array.fromAsync(lab.api.test(registry))
      return results.find(({ url }) => url === place?.url)
    }
    const door = await testMirror()
    expect(door).toMatchObject({ pingMs: expect.any(Number) as number })
    expect([door?.image, door?.manifestMs, door?.error]).toEqual([undefined, undefined, undefined])
    await pullBy(lab.address, registry, 'team/old:1')
    await pullBy(lab.address, registry, 'team/tool:2')
    expect(await testMirror()).toMatchObject({
      image: 'team/tool:2',
      bytesPerSecond: expect.any(Number) as number,
    })
  })
})
