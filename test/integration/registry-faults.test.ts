import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startFaultProxy } from '../support/fault-proxy.ts'
import { createAuthority } from '../support/registry-lab/certificate.ts'
import { type HostRegistry, startHostRegistry } from '../support/registry-lab/host-registry.ts'
import { type Answer, ask, type Question } from '../support/registry-lab/registry-client.ts'
import { type PushedImage, pushImage } from '../support/registry-lab/registry-content.ts'
import {
  type RegistryFaultProxy,
  startRegistryFaultProxy,
} from '../support/registry-lab/registry-fault-proxy.ts'

// What a registry can do in the place of an answer, before Debian's own. None of these rows boots a machine.

const bytes = 1_000_000
let registry: HostRegistry
let old: PushedImage
let image: PushedImage
let proxy: RegistryFaultProxy
let blob: string
let manifest: string

beforeAll(async () => {
  registry = await startHostRegistry()
  old = await pushImage(registry, 'app:1')
  image = await pushImage(registry, 'app:1', { layers: [bytes] })
  blob = `/v2/app/blobs/${image.layers[0]?.digest ?? ''}`
  manifest = `/v2/app/manifests/1`
})
afterAll(() => registry[Symbol.asyncDispose]())
beforeEach(async () => {
  proxy = await startRegistryFaultProxy(registry)
})
afterEach(() => proxy[Symbol.asyncDispose]())

const get = (path: string, headers: Question['headers'] = {}): Promise<Answer> =>
  ask(proxy, path, { headers: { accept: image.mediaType, ...headers } })

describe('a proxy without faults', () => {
  test('is the registry, for who pushes too, and tells of each request', async () => {
    const { tag, bytes: pushed } = await pushImage(proxy, 'lib/other:2')
    proxy.clear()
    expect(await get(`/v2/lib/other/manifests/${tag}`)).toMatchObject({ status: 200, body: pushed })
    const part = await get(blob, { range: 'bytes=10-19', authorization: 'Bearer x' })
    expect(part).toMatchObject({ status: 206, headers: { 'content-length': '10' } })
    expect((await get('/v2/')).status).toBe(200)
    expect((await get('/v2/app/tags/list')).status).toBe(200)
    const open = { origin: 'registry', method: 'GET', state: 'done', status: 200 }
    expect(proxy.requests).toMatchObject([
      { ...open, kind: 'manifest', bytes: pushed.length, authorization: undefined },
      {
        ...open,
        status: 206,
        range: 'bytes=10-19',
        bytes: 10,
        kind: 'blob',
        authorization: 'bearer',
      },
      { ...open, path: '/v2/', kind: 'base' },
      { ...open, kind: 'other' },
    ])
  })

  test('speaks TLS, to a registry that does', async () => {
    const certificate = createAuthority().issue()
    await using secure = await startHostRegistry({ certificate })
    const other = createAuthority().issue()
    await using before = await startRegistryFaultProxy(secure, { certificate: other })
    const { bytes: pushed } = await pushImage(before, 'app:1')
    expect(await ask(secure, manifest, { headers: { accept: image.mediaType } })).toMatchObject({
      body: pushed,
    })
    await before.set({ kind: 'cut', afterBytes: 0, on: 'manifest' })
    await expect(
      ask(before, manifest, { headers: { accept: image.mediaType } }),
    ).rejects.toMatchObject({ code: 'ECONNRESET' })
  })
})

test('a fault of TCP stands before it', async () => {
  await using wire = await startFaultProxy({ to: proxy })
  const target = { url: `http://127.0.0.1:${wire.port}` }
  expect((await ask(target, '/v2/')).status).toBe(200)
  wire.set('hold')
  const held = ask(target, '/v2/')
  wire.set('none')
  expect((await held).status).toBe(200)
  wire.set('forget')
  const leaving = new AbortController()
  const forgotten = ask(target, blob, { signal: leaving.signal })
  leaving.abort()
  await expect(forgotten).rejects.toThrow('aborted')
  expect(proxy.requests.map(({ kind }) => kind)).toEqual(['base', 'base'])
})

test('a registry that is gone is a bad gateway', async () => {
  const gone = await startHostRegistry()
  await using before = await startRegistryFaultProxy(gone)
  await gone[Symbol.asyncDispose]()
  expect((await ask(before, '/v2/')).status).toBe(502)
})

describe('instead of an answer', () => {
  test('refuse closes the port to those that are connected too, until it is over', async () => {
    await proxy.set({ kind: 'swallow', times: 1 })
    const waiting = get('/v2/')
    await proxy.until(({ path }) => path === '/v2/')
    await proxy.set({ kind: 'refuse' })
    await expect(waiting).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect(get('/v2/')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await proxy.set()
    expect((await get('/v2/')).status).toBe(200)
  })

  test('swallow says nothing, and knows when the client has left', async () => {
    await proxy.set({ kind: 'swallow' })
    const leaving = new AbortController()
    const waiting = ask(proxy, manifest, { signal: leaving.signal })
    await proxy.until(({ kind }) => kind === 'manifest')
    leaving.abort()
    await expect(waiting).rejects.toThrow('aborted')
    expect(await proxy.until(({ state }) => state === 'left')).toMatchObject({ bytes: 0 })
  })

  test('slow-first-byte answers in order, but late', async () => {
    await proxy.set({ kind: 'slow-first-byte', ms: 150 })
    const started = performance.now()
    expect((await get('/v2/')).status).toBe(200)
    expect(performance.now() - started).toBeGreaterThan(149)
  })

  test('rate-limit, server-error and garbage meet as many requests as they are told', async () => {
    await proxy.set(
      { kind: 'rate-limit', retryAfter: '7', times: 1 },
      { kind: 'server-error', status: 503, times: 1, on: 'manifest' },
      { kind: 'garbage', times: 1 },
    )
    expect(await get(manifest)).toMatchObject({ status: 429, headers: { 'retry-after': '7' } })
    expect((await get(manifest)).status).toBe(503)
    const page = await get(manifest)
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect((await get(manifest)).body).toEqual(image.bytes)
    expect(proxy.requests.map(({ fault }) => fault)).toEqual([
      ...['rate-limit', 'server-error', 'garbage', undefined],
    ])
  })

  test('lag gives an older manifest for a tag, and has nothing of what is newer', async () => {
    const missing = [image.digest, image.layers[0]?.digest ?? '', 'app:2']
    await proxy.set({ kind: 'lag', older: { 'app:1': old.digest }, missing })
    expect(await get(manifest)).toMatchObject({
      ...{ status: 200, body: old.bytes, headers: { 'docker-content-digest': old.digest } },
    })
    const unknown = await get(`/v2/app/manifests/${image.digest}`)
    expect([unknown.status, unknown.body.toString()]).toEqual([
      ...[404, expect.stringContaining('MANIFEST_UNKNOWN')],
    ])
    const noBlob = await get(blob)
    expect([noBlob.status, noBlob.body.toString()]).toEqual([
      ...[404, expect.stringContaining('BLOB_UNKNOWN')],
    ])
    expect((await get('/v2/app/manifests/2')).status).toBe(404)
    expect((await get(`/v2/app/blobs/${old.layers[0]?.digest ?? ''}`)).status).toBe(200)
  })
})
