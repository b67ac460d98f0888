import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { toServed } from '../../main/mirrors/snapshot.ts'
import { createPullLab, labRegistry, type PullLab } from '../support/pull-lab.ts'
import { type HostRegistry, startHostRegistry } from '../support/registry-lab/host-registry.ts'
import {
  manifestTypes,
  pushImage,
  type PushedImage,
} from '../support/registry-lab/registry-content.ts'
import {
  type RegistryFaultProxy,
  startRegistryFaultProxy,
} from '../support/registry-lab/registry-fault-proxy.ts'
import type { RegistryFault } from '../support/registry-lab/registry-fault.ts'

// What the engine is given when it pulls by way of the app: real registries of this computer, whose faults are switched
// on. No machine is needed.
const repository = 'library/app'
const large = 6_000_000

let registry: HostRegistry
let original: RegistryFaultProxy
let first: RegistryFaultProxy
let second: RegistryFaultProxy
let image: PushedImage
let older: PushedImage
let lab: PullLab
const clock = { now: 0 }

beforeAll(async () => {
  registry = await startHostRegistry()
  older = await pushImage(registry, `${repository}:1`)
  image = await pushImage(registry, `${repository}:1`, { layers: [large, 500] })
  const proxies = await Promise.all([1, 2, 3].map(() => startRegistryFaultProxy(registry)))
  ;[first, second, original] = proxies as [
    RegistryFaultProxy,
    RegistryFaultProxy,
    RegistryFaultProxy,
  ]
})
afterAll(async () => {
  for (const one of [first, second, original, registry]) await one[Symbol.asyncDispose]()
})
beforeEach(async () => {
  clock.now = Date.now()
  lab = await createPullLab({ endpoints: [first, second, original], now: () => clock.now })
  for (const one of [first, second, original]) {
    await one.set()
    one.clear()
  }
})
afterEach(() => lab[Symbol.asyncDispose]())

const accept = manifestTypes.join(', ')
const askManifest = (reference: string, method = 'GET') =>
  lab.ask(`/${repository}/manifests/${reference}`, { method, headers: { accept } })
const layer = () => image.layers[0]?.digest ?? ''
const askLayer = (range?: string) =>
  lab.ask(`/${repository}/blobs/${layer()}`, { headers: { range } })
const isRight = (body: Buffer) =>
  `sha256:${createHash('sha256').update(body).digest('hex')}` === layer()
const rests = (endpoint: { url: string }) => lab.healthOf(endpoint).restsUntil > clock.now
const givers = () => [...(lab.served.list[0]?.bytes.keys() ?? [])]

describe('an engine', () => {
  test('gets tag, manifest and layers from the first mirror, and is told what they are', async () => {
    const head = await askManifest('1', 'HEAD')
    expect(head.headers).toMatchObject({
      'docker-content-digest': image.digest,
      'content-type': image.mediaType,
      'content-length': String(image.size),
    })
    const manifest = await askManifest(image.digest)
    expect(manifest.body).toHaveLength(image.size)
    const blob = await askLayer()
    expect(blob.headers['content-length']).toBe(String(image.layers[0]?.size))
    expect(isRight(blob.body)).toBe(true)
    expect(givers()).toEqual([first.url])
    expect([...second.requests, ...original.requests]).toEqual([])
  })

  test('goes on with a blob where it was', async () => {
    const whole = await askLayer()
    const { status, headers, body } = await askLayer('bytes=1000-')
    const size = whole.body.length
    expect(status).toBe(206)
    expect(headers['content-range']).toBe(`bytes 1000-${size - 1}/${size}`)
    expect(body.equals(whole.body.subarray(1000))).toBe(true)
    const part = await askLayer('bytes=5-9')
    expect(part.body.equals(whole.body.subarray(5, 10))).toBe(true)
  })

  test('that goes on with a blob costs its mirror the rest alone', async () => {
    const size = image.layers[0]?.size ?? 0
    await askLayer(`bytes=${size - 1000}-`)
    const asked = first.requests.filter(({ kind }) => kind === 'blob')
    expect(asked).toMatchObject([{ range: `bytes=${size - 1000}-`, bytes: 1000 }])
  })

  test('that has asked for a manifest need not tell what its layers weigh', async () => {
    await askManifest('1')
    const [{ digest, size } = { digest: '', size: 0 }] = image.layers
    expect(lab.sizes.of(digest.slice('sha256:'.length, 'sha256:'.length + 12))).toBe(size)
  })

  test('is told that its mirrors lag, when none has it yet and the registry is away', async () => {
    for (const one of [first, second])
      await one.set({ kind: 'lag', missing: [`${repository}:1`], on: 'manifest' })
    await original.set({ kind: 'refuse' })
    const { status, reason } = await askManifest('1', 'HEAD')
    expect(status).toBe(502)
    expect(reason).toMatch(/^No mirror of registry\.example has this image yet.* \(lagging\)$/)
  })

  test('asks a manifest of one registry once, by tag and then by digest', async () => {
    await askManifest('1')
    await askManifest(image.digest)
    expect(first.requests.filter(({ kind }) => kind === 'manifest')).toHaveLength(1)
  })

  test('asks a tag each time anew, since it may mean another image by now', async () => {
    await askManifest('1')
    await askManifest('1')
    expect(first.requests.filter(({ kind }) => kind === 'manifest')).toHaveLength(2)
  })

  test.each([undefined, '', 'b'.repeat(64), 'a'.repeat(63)])(
    'that does not know the secret is told nothing (%s)',
    async (secret) => {
      const path = `/v2/${repository}/manifests/1?ns=docker.io`
      const { status, body } = await lab.askRaw(path, { headers: { 'x-berth-pull': secret } })
      expect([status, body.length]).toEqual([404, 0])
      expect(first.requests).toEqual([])
    },
  )

  test('that asks for an image of its own loopback is sent there', async () => {
    const path = `/v2/${repository}/manifests/1?ns=localhost:5000`
    const headers = { 'x-berth-pull': 'a'.repeat(64) }
    expect((await lab.askRaw(path, { headers })).status).toBe(404)
    expect(first.requests).toEqual([])
  })
})

describe('a mirror', () => {
  test.each<[string, RegistryFault]>([
    ['that refuses', { kind: 'refuse' }],
    ['with an error of its own', { kind: 'server-error', status: 503 }],
    ['that answers with a page', { kind: 'garbage', on: 'manifest' }],
  ])('%s is passed by, and left alone for a while', async (_what, fault) => {
    await first.set(fault)
    expect((await askManifest('1')).body).toHaveLength(image.size)
    expect(givers()).toEqual([second.url])
    expect(rests(first)).toBe(true)
    first.clear()
    await askManifest('1')
    expect(first.requests).toEqual([])
  })

  test('that swallows what it is asked is passed by within a second and a half', async () => {
    await using impatient = await createPullLab({
      ...{ endpoints: [first, original], isImpatient: true },
    })
    await first.set({ kind: 'swallow' })
    const began = performance.now()
    const path = `/${repository}/manifests/1`
    expect((await impatient.ask(path, { headers: { accept } })).status).toBe(200)
    // Five times as long, on a computer that does much else.
    expect(performance.now() - began).toBeLessThan(1500 * 5)
    expect(impatient.healthOf(first).faults).toMatchObject([{ fault: 'slow' }])
  })

  test('is asked again after its rest', async () => {
    await first.set({ kind: 'server-error', status: 500 })
    await askManifest('1')
    await first.set()
    clock.now += 11_000
    await askManifest('1')
    expect(givers()).toEqual([first.url])
    expect(lab.healthOf(first)).toMatchObject({ row: [], faults: [{ fault: 'busy' }] })
  })

  test('that wants to be left alone is, as long as it says', async () => {
    await first.set({ kind: 'rate-limit', retryAfter: '120' })
    await askManifest('1')
    expect(lab.healthOf(first)).toMatchObject({
      restsUntil: clock.now + 120_000,
      faults: [{ fault: 'limited' }],
    })
  })

  test('that does not have an image is asked for the next one nonetheless', async () => {
    await first.set({ kind: 'lag', missing: [`${repository}:1`] })
    expect((await askManifest('1')).headers['docker-content-digest']).toBe(image.digest)
    expect(givers()).toEqual([second.url])
    expect(rests(first)).toBe(false)
  })

  test('that has an older image gives that, whole', async () => {
    await first.set({ kind: 'lag', older: { [`${repository}:1`]: older.digest } })
    expect((await askManifest('1')).headers['docker-content-digest']).toBe(older.digest)
  })

  test('that gives another manifest than its digest says is caught before a byte of it is passed on', async () => {
    await first.set({ kind: 'lie', on: 'manifest' })
    const { headers, body } = await askManifest(image.digest)
    expect(headers['docker-content-digest']).toBe(image.digest)
    expect(body).toHaveLength(image.size)
    expect(lab.healthOf(first).faults).toMatchObject([{ fault: 'lied' }])
  })
})

describe('a blob', () => {
  test.each<[string, RegistryFault]>([
    ['breaks off', { kind: 'cut', afterBytes: 1_000_000 }],
    ['comes to a stop', { kind: 'stall', afterBytes: 1_000_000 }],
  ])('that %s in the middle comes whole, the rest from the next', async (_what, fault) => {
    await first.set(fault)
    const { status, body } = await askLayer()
    expect(status).toBe(200)
    expect(isRight(body)).toBe(true)
    expect(givers()).toEqual([first.url, second.url])
    const [rest] = second.requests
    expect(rest?.range).toMatch(/^bytes=[1-9]\d*-\d*$/)
    // Nothing is carried twice.
    const carried = [...(lab.served.list[0]?.bytes.values() ?? [])]
    expect(carried.reduce((sum, bytes) => sum + bytes, 0)).toBe(body.length)
  })

  test('goes on at a registry that knows no ranges', async () => {
    await first.set({ kind: 'cut', afterBytes: 1_000_000 })
    await second.set({ kind: 'ignore-range' })
    expect(isRight((await askLayer()).body)).toBe(true)
    expect(givers()).toEqual([first.url, second.url])
  })

  test('goes on at the same place when there is no other', async () => {
    for (const one of [first, second]) await one.set({ kind: 'refuse' })
    await original.set({ kind: 'cut', afterBytes: 1_000_000, times: 2 })
    expect(isRight((await askLayer()).body)).toBe(true)
    expect(givers()).toEqual([original.url])
  })

  test('of which a mirror turns one bit never arrives whole, and comes from elsewhere next time', async () => {
    await first.set({ kind: 'lie' })
    await expect(askLayer()).rejects.toThrow()
    expect(lab.healthOf(first).faults).toMatchObject([{ fault: 'lied' }])
    expect(lab.served.list[0]).toMatchObject({ failure: { fault: 'lied' } })
    expect(isRight((await askLayer()).body)).toBe(true)
    expect(givers()).toEqual([second.url])
  })

  test('that is shorter than it was said to be is broken off, and comes from elsewhere next time', async () => {
    await first.set({ kind: 'wrong-length', by: 100 })
    await expect(askLayer()).rejects.toThrow()
    expect([first, second, original].map(rests)).toEqual([true, false, false])
    expect(isRight((await askLayer()).body)).toBe(true)
  })

  test('is asked for once of who wants to be left alone, and the engine is not made to ask again', async () => {
    for (const one of [first, second, original])
      await one.set({ kind: 'rate-limit', retryAfter: '60', on: 'blob' })
    expect((await askLayer()).status).toBe(502)
    for (const { requests } of [first, second, original])
      expect(requests.filter(({ kind }) => kind === 'blob')).toHaveLength(1)
  })

  test('that nobody has is told as that', async () => {
    const path = `/${repository}/blobs/sha256:${'0'.repeat(64)}`
    expect((await lab.ask(path)).status).toBe(404)
    expect(lab.served.list[0]).toMatchObject({ failure: { fault: 'absent' } })
    expect([first, second, original].map(rests)).toEqual([false, false, false])
  })

  test('is let go of when the engine leaves', async () => {
    await first.set({ kind: 'stall', afterBytes: 1_000_000 })
    const gone = new AbortController()
    const asked = lab.ask(`/${repository}/blobs/${layer()}`, { signal: gone.signal })
    const left = first.until(({ state }) => state === 'left', AbortSignal.timeout(20_000))
    await first.until(({ state }) => state === 'stalled', AbortSignal.timeout(20_000))
    gone.abort()
    await expect(asked).rejects.toThrow()
    await left
    expect(second.requests).toEqual([])
  })
})

test('when nobody answers the engine is sent on, and why is told', async () => {
  for (const one of [first, second, original]) await one.set({ kind: 'refuse' })
  const { status, reason } = await askManifest('1')
  expect(status).toBe(502)
  expect(reason).toMatch(/^registry\.example refuses the connection\. .* \(unreachable\)$/)
  expect(lab.served.list[0]).toMatchObject({ failure: { fault: 'unreachable' } })
})

test('who failed is named, and how everybody did', async () => {
  await first.set({ kind: 'server-error', status: 503 })
  await second.set({ kind: 'rate-limit' })
  await original.set({ kind: 'server-error', status: 500 })
  const { status, reason } = await askManifest('1')
  const host = ({ url }: { url: string }) => new URL(url).host
  expect([status, reason]).toEqual([502, expect.stringContaining(`${host(second)} `)])
  expect(reason).toContain(` (limited at ${host(second)})`)
  const [served] = toServed(lab.served.list)
  expect(served?.error).toEqual({
    code: 'registry-limited',
    params: { host: host(second) },
    details: [
      `${host(first)}: status 503`,
      `${host(second)}: status 429`,
      `${host(original)}: status 500`,
    ],
  })
})

test('a registry that fails is called as images call it', async () => {
  for (const one of [first, second, original]) await one.set({ kind: 'server-error', status: 500 })
  await askManifest('1')
  const [served] = toServed(lab.served.list)
  expect(served?.error).toMatchObject({ code: 'registry-busy', params: { host: labRegistry } })
})
