import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createAuthority } from '../support/registry-lab/certificate.ts'
import { type HostRegistry, startHostRegistry } from '../support/registry-lab/host-registry.ts'
import { ask, type Question, send } from '../support/registry-lab/registry-client.ts'
import { type PushedImage, pushImage } from '../support/registry-lab/registry-content.ts'
import {
  type RegistryFaultProxy,
  startRegistryFaultProxy,
} from '../support/registry-lab/registry-fault-proxy.ts'
import { digestOf } from '../support/registry-lab/registry-push.ts'
import { startTokenServer } from '../support/registry-lab/token-server.ts'

// What a registry can do to a body on its way, before Debian's own. None of these rows boots a machine.

let registry: HostRegistry
let image: PushedImage
let layer: { digest: string; size: number }
let blob: string
let proxy: RegistryFaultProxy

beforeAll(async () => {
  registry = await startHostRegistry()
  image = await pushImage(registry, 'app:1', { layers: [1_000_000] })
  ;[layer = { digest: '', size: 0 }] = image.layers
  blob = `/v2/app/blobs/${layer.digest}`
})
afterAll(() => registry[Symbol.asyncDispose]())
beforeEach(async () => {
  proxy = await startRegistryFaultProxy(registry)
})
afterEach(() => proxy[Symbol.asyncDispose]())

const get = (path: string, headers: Question['headers'] = {}) =>
  ask(proxy, path, { headers: { accept: image.mediaType, ...headers } })

describe('a blob', () => {
  test('stalls after so many bytes, and goes no further', async () => {
    await proxy.set({ kind: 'stall', afterBytes: 300_000 })
    const leaving = new AbortController()
    const answer = await send(proxy, blob, { signal: leaving.signal })
    expect(answer.headers['content-length']).toBe(String(layer.size))
    expect(await take(answer, 300_000)).toBe(300_000)
    expect(await proxy.until(({ state }) => state === 'stalled')).toMatchObject({ bytes: 300_000 })
    answer.on('error', () => undefined)
    leaving.abort()
    await proxy.until(({ state }) => state === 'left')
  })

  test('is cut after so many bytes, once, and is to be had from there', async () => {
    await proxy.set({ kind: 'cut', afterBytes: 300_000, times: 1 })
    const answer = await send(proxy, blob)
    const pieces: Buffer[] = []
    answer.on('data', (piece: Buffer) => pieces.push(piece))
    await expect(once(answer, 'end')).rejects.toMatchObject({ code: 'ECONNRESET' })
    const came = Buffer.concat(pieces)
    expect(came).toHaveLength(300_000)
    expect(proxy.requests).toMatchObject([{ state: 'cut', bytes: 300_000, status: 200 }])
    const { status, body } = await get(blob, { range: `bytes=${came.length}-` })
    expect([status, digestOf(Buffer.concat([came, body]))]).toEqual([206, layer.digest])
  })

  test('is cut in TLS as well', async () => {
    const certificate = createAuthority().issue()
    await using secure = await startRegistryFaultProxy(registry, { certificate })
    await secure.set({ kind: 'cut', afterBytes: 1000 })
    const answer = await send(secure, blob)
    expect(await take(answer, 1000)).toBe(1000)
    await expect(once(answer, 'end')).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  test('lies in one byte, and says that it is what was asked for', async () => {
    await proxy.set({ kind: 'lie', times: 1 })
    const { status, body, headers } = await get(blob)
    expect([status, body.length]).toEqual([200, layer.size])
    expect(headers['docker-content-digest']).toBe(layer.digest)
    expect(digestOf(body)).not.toBe(layer.digest)
    const { body: truth } = await get(blob)
    expect(body.filter((byte, at) => byte !== truth[at])).toHaveLength(1)
  })

  test.each([-100, 100])('has a Content-Length that is off by %i', async (by) => {
    await proxy.set({ kind: 'wrong-length', by })
    const answer = await send(proxy, blob)
    expect(answer.headers['content-length']).toBe(String(layer.size + by))
    const taken = take(answer, Infinity)
    if (by > 0) await expect(taken).rejects.toMatchObject({ code: 'ECONNRESET' })
    else expect(await taken).toBe(layer.size + by)
  })

  test('comes whole to who asked for a part', async () => {
    await proxy.set({ kind: 'ignore-range' })
    const { status, body } = await get(blob, { range: 'bytes=500-' })
    expect([status, digestOf(body)]).toEqual([200, layer.digest])
    expect(proxy.requests).toMatchObject([{ range: 'bytes=500-', fault: 'ignore-range' }])
  })
})

test('a manifest lies in a digest, and still reads as one', async () => {
  await proxy.set({ kind: 'lie', on: 'manifest' })
  const { body, headers } = await get('/v2/app/manifests/1')
  expect(headers['docker-content-digest']).toBe(image.digest)
  const lied = JSON.parse(body.toString()) as { layers: { digest: string }[] }
  expect(lied.layers[0]?.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(lied.layers[0]?.digest).not.toBe(layer.digest)
})

describe('a redirected blob', () => {
  test('lies on another origin, which takes no Authorization and has parts', async () => {
    await proxy.set({ kind: 'redirect' })
    const { status, headers, body } = await get(blob)
    const location = headers.location ?? ''
    expect([status, body.length, new URL(location).origin]).toEqual([307, 0, proxy.cdnUrl])
    expect((await get(location, { authorization: 'Bearer x' })).status).toBe(400)
    expect(digestOf((await get(location)).body)).toBe(layer.digest)
    expect(await get(location, { range: 'bytes=0-9' })).toMatchObject({ status: 206 })
    expect((await get(`${location}0`)).status).toBe(403)
    const cdn = { origin: 'cdn', kind: 'blob' }
    expect(proxy.requests).toMatchObject([
      { origin: 'registry', status: 307, fault: 'redirect' },
      { ...cdn, authorization: 'bearer', status: 400 },
      { ...cdn, authorization: undefined, status: 200, bytes: layer.size },
      { ...cdn, range: 'bytes=0-9', status: 206 },
      { ...cdn, status: 403 },
    ])
  })

  test('is cut on its way from there', async () => {
    await proxy.set({ kind: 'redirect' }, { kind: 'cut', afterBytes: 10 })
    const { headers } = await get(blob)
    await expect(get(headers.location ?? '')).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(proxy.requests.map(({ origin, fault }) => [origin, fault])).toEqual([
      ...[
        ['registry', 'redirect'],
        ['cdn', 'cut'],
      ],
    ])
  })

  test('is for who may pull alone, and needs no token where it lies', async () => {
    await using tokens = await startTokenServer()
    await using guarded = await startHostRegistry({ auth: tokens.auth() })
    await using before = await startRegistryFaultProxy(guarded)
    const [pushed] = (await pushImage(before, 'app:1')).layers
    await before.set({ kind: 'redirect', times: 1 })
    const path = `/v2/app/blobs/${pushed?.digest ?? ''}`
    expect((await ask(before, path)).status).toBe(401)
    const authorization = before.authorization?.('app')
    const { headers } = await ask(before, path, { headers: { authorization } })
    expect(digestOf((await ask(before, headers.location ?? '')).body)).toBe(pushed?.digest)
  })
})

/** Resolves with how much came, once it is so much or the whole. */
async function take(answer: IncomingMessage, enough: number): Promise<number> {
  let came = 0
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  answer.on('data', (piece: Buffer) => {
    came += piece.length
    if (came >= enough) resolve(came)
  })
  answer.on('end', () => resolve(came))
  answer.on('error', reject)
  return promise
}
