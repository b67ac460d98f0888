import { describe, expect, it, test } from 'vitest'
import type { MirrorEndpoint, MirrorTest, ServedPull } from '#api'
import {
  errorOf,
  markOf,
  stateAt,
  toMirrorName,
  toPlace,
} from '../../../../renderer/views/mirrors/endpoint-state.ts'
import {
  isOrderable,
  moveTo,
  orderByTest,
} from '../../../../renderer/views/mirrors/mirror-order.ts'
import {
  toServedImages,
  toShortReference,
} from '../../../../renderer/views/mirrors/served-images.ts'

const error = { code: 'registry-slow', params: { host: 'a' } } as const

describe('an order by hand', () => {
  it.each<[string, number, string]>([
    ['c', 0, 'cab'],
    ['a', 2, 'bca'],
    ['b', 1, 'abc'],
    ['a', -1, 'abc'],
    ['c', 9, 'abc'],
  ])('puts %s at place %i', (url, place, order) => {
    expect(moveTo(['a', 'b', 'c'], url, place).join('')).toBe(order)
  })
})

describe('an order by measurement', () => {
  const tested = (url: string, found: Partial<MirrorTest> | undefined) => ({
    ...{ url, kind: 'mirror' as const },
    ...(found && { test: { url, registry: 'docker.io', at: 1, ...found } }),
  })
  const own = { url: 'own', kind: 'registry' as const }

  it('has the fastest that passed first, then who lags, then who failed or is unknown', () => {
    const endpoints = [
      tested('unknown', undefined),
      tested('failed', { error }),
      tested('lags', { manifestMs: 10, bytesPerSecond: 90e6, lags: true }),
      tested('slow', { manifestMs: 10, bytesPerSecond: 1e6 }),
      tested('fast', { manifestMs: 400, bytesPerSecond: 50e6, lags: false }),
      own,
    ]
    expect(orderByTest(endpoints)).toEqual(['fast', 'slow', 'lags', 'unknown', 'failed'])
    expect(isOrderable(endpoints)).toBe(true)
  })

  it('is nothing to offer where it is the order that there is', () => {
    expect(isOrderable([own])).toBe(false)
    expect(isOrderable([tested('a', undefined), tested('b', { error }), own])).toBe(false)
    expect(isOrderable([tested('a', { pingMs: 10 }), tested('b', { pingMs: 20 }), own])).toBe(false)
  })
})

describe('the state of an endpoint', () => {
  const endpoint = (change: Partial<MirrorEndpoint>): MirrorEndpoint => ({
    ...{ url: 'https://a.example', kind: 'mirror', enabled: true, state: 'unused', bytes: 0 },
    ...{ faults: [], ...change },
  })

  it('rests until its time is over, though nobody tells', () => {
    const resting = endpoint({ state: 'resting', restsUntil: 100 })
    expect(stateAt(resting, 99)).toBe('resting')
    expect(stateAt(resting, 100)).toBe('unused')
    expect(stateAt({ ...resting, bytes: 5 }, 100)).toBe('good')
  })

  const answered: MirrorTest = { url: '', registry: '', at: 1, pingMs: 3 }
  const passed: MirrorTest = { ...answered, image: 'a:1' }
  it.each<[string, Partial<MirrorEndpoint>]>([
    ['unused', {}],
    ['passed', { test: passed }],
    ['answers', { test: answered }],
    ['failed', { test: { ...passed, error } }],
    ['good', { state: 'good', test: passed }],
    ['off', { state: 'off', test: { ...passed, error } }],
    ['resting', { state: 'resting', restsUntil: 100, test: { ...passed, error } }],
  ])('is %s by what is known', (mark, change) => {
    expect(markOf(endpoint(change), 50)).toBe(mark)
  })

  it('is told by what it rests for while it does, whatever failed since, else by its test', () => {
    const restsFor = { code: 'registry-lied', params: { host: 'a' } } as const
    const rest = { state: 'resting', restsUntil: 100, restsFor } as const
    const faults = [{ at: 2, error }]
    expect(errorOf(endpoint({ ...rest, faults }), 50)).toBe(restsFor)
    expect(errorOf(endpoint({ ...rest, faults, test: { ...passed, error } }), 50)).toBe(restsFor)
    expect(errorOf(endpoint({ ...rest, faults, test: { ...passed, error } }), 100)).toBe(error)
    expect(errorOf(endpoint({ ...rest, faults }), 100)).toBeUndefined()
    expect(errorOf(endpoint({ faults, test: passed }), 50)).toBeUndefined()
  })
})

test.each([
  ['https://a.example/', undefined, 'a.example', 'a.example'],
  ['https://a.example/v2/ghcr.io', undefined, 'a.example', 'a.example/v2/ghcr.io'],
  ['http://127.0.0.1:5000', undefined, '127.0.0.1:5000', 'http://127.0.0.1:5000'],
  ['https://a.example', 'A', 'A', 'a.example'],
])('a mirror at %s, named %s, is called %s', (url, name, called, place) => {
  expect(toMirrorName({ url, ...(name !== undefined && { name }) })).toBe(called)
  expect(toPlace(url)).toBe(place)
})

describe('what was served', () => {
  const digest = (letter: string) => `sha256:${letter.repeat(64)}`
  const part = (change: Partial<ServedPull>): ServedPull => ({
    ...{ at: 1, ms: 1, registry: 'docker.io', repository: 'library/nginx', kind: 'blobs' },
    ...{ reference: digest('a'), from: [], ...change },
  })

  it('stands together by image, the newest first, with who gave the most first', () => {
    const images = toServedImages([
      part({
        at: 9,
        registry: 'ghcr.io',
        repository: 'own/tool',
        kind: 'manifests',
        reference: '1',
      }),
      part({ at: 8, from: [{ url: 'b', bytes: 10 }] }),
      part({
        at: 7,
        reference: digest('b'),
        from: [
          { url: 'a', bytes: 7 },
          { url: 'b', bytes: 1 },
        ],
      }),
      part({ at: 6, kind: 'manifests', reference: 'latest', from: [{ url: 'a', bytes: 2 }] }),
    ])
    expect(images.map(({ name, at, tags }) => [name, at, tags])).toEqual([
      ['ghcr.io/own/tool', 9, ['1']],
      ['nginx', 8, ['latest']],
    ])
    expect(images[1]?.shares).toEqual([
      { url: 'b', bytes: 11 },
      { url: 'a', bytes: 9 },
    ])
  })

  it('tells a failure until the same part has come', () => {
    const failed = part({ at: 1, error })
    expect(toServedImages([failed])[0]?.error).toEqual(error)
    expect(toServedImages([part({ at: 2 }), failed])[0]).not.toHaveProperty('error')
    expect(toServedImages([part({ at: 2, reference: digest('b') }), failed])[0]?.error).toEqual(
      error,
    )
  })

  it('shows a digest by its beginning, and a tag as it is', () => {
    expect(toShortReference(digest('a'))).toBe('a'.repeat(12))
    expect(toShortReference('1.27')).toBe('1.27')
  })
})
