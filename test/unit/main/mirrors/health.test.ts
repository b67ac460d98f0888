import { expect, test } from 'vitest'
import { Health } from '../../../../main/mirrors/health.ts'
import { RegistryFailure, type RegistryFault } from '../../../../main/registry/failure.ts'

const a = { registry: 'docker.io', url: 'https://a.example' }
const b = { registry: 'docker.io', url: 'https://b.example' }
const c = { registry: 'docker.io', url: 'https://c.example' }

function lab() {
  const clock = { now: 1_000_000 }
  const health = new Health(() => clock.now)
  const fail = (one: typeof a, fault: RegistryFault, retryAfterMs?: number) =>
    health.bad(one, new RegistryFailure(fault, 'why', { retryAfterMs }))
  return { clock, health, fail, order: () => health.sort([a, b, c]).map(({ url }) => url[8]) }
}

test('endpoints are asked in the order that they have', () => {
  expect(lab().order()).toEqual(['a', 'b', 'c'])
})

test('one that failed comes after the others, and has its place again after its rest', () => {
  const { clock, fail, order } = lab()
  fail(a, 'slow')
  expect(order()).toEqual(['b', 'c', 'a'])
  clock.now += 10_001
  expect(order()).toEqual(['a', 'b', 'c'])
})

test('of those that rest the one that rests shortest is asked first', () => {
  const { clock, fail, order } = lab()
  fail(a, 'lied')
  clock.now += 1
  for (const one of [b, c]) fail(one, 'busy')
  fail(b, 'busy')
  expect(order()).toEqual(['c', 'b', 'a'])
})

test('a rest grows with each failure, to five minutes at most', () => {
  const { clock, health, fail } = lab()
  const rests = Array.from({ length: 8 }, () => {
    fail(a, 'unreachable')
    return (health.of(a).restsUntil - clock.now) / 1000
  })
  expect(rests).toEqual([10, 20, 40, 80, 160, 300, 300, 300])
})

test('who asks to wait is left alone as long as it says, within reason', () => {
  const { clock, health, fail } = lab()
  fail(a, 'limited', 60_000)
  fail(b, 'limited', 24 * 3_600_000)
  expect(health.of(a).restsUntil - clock.now).toBe(60_000)
  expect(health.of(b).restsUntil - clock.now).toBe(300_000)
})

test.each(['absent', 'denied'] as const)('to lack an image is no failure (%s)', (fault) => {
  const { health, fail, order } = lab()
  fail(a, fault)
  expect(order()).toEqual(['a', 'b', 'c'])
  expect(health.of(a).faults).toEqual([])
})

test.each(['lied', 'limited'] as const)(
  'what it does well beside does not end the rest of one that %s',
  (fault) => {
    const { clock, health, fail } = lab()
    fail(a, fault, 60_000)
    const { restsUntil } = health.of(a)
    health.good(a)
    expect(health.of(a).restsUntil).toBe(restsUntil)
    clock.now = restsUntil + 1
    health.good(a)
    expect(health.of(a)).toMatchObject({ row: [], restsUntil: 0 })
  },
)

test('one that does well again has a clean slate but for what is remembered', () => {
  const { health, fail } = lab()
  fail(a, 'busy')
  fail(a, 'busy')
  health.good(a)
  expect(health.of(a)).toMatchObject({ row: [], restsUntil: 0, faults: [{}, {}] })
})

test('the last twenty faults are remembered', () => {
  const { health, fail } = lab()
  for (let index = 0; index < 25; index += 1) fail(a, 'busy')
  expect(health.of(a).faults).toHaveLength(20)
})

test('one address that is a mirror of two registries rests for the one that it failed', () => {
  const { health, fail, clock } = lab()
  fail(a, 'busy')
  expect(health.of(a).restsUntil).toBeGreaterThan(clock.now)
  expect(health.of({ ...a, registry: 'ghcr.io' })).toMatchObject({ restsUntil: 0, faults: [] })
})

test('what fails while it rests for a lie does not make that rest shorter', () => {
  const { clock, health, fail } = lab()
  fail(a, 'lied')
  const { restsUntil } = health.of(a)
  clock.now += 1
  for (let index = 0; index < 25; index += 1) fail(a, 'slow')
  expect(health.of(a).restsUntil).toBe(restsUntil)
})

test('what it rests for since its rest for a lie is over is made good as ever', () => {
  const { clock, health, fail } = lab()
  fail(a, 'lied')
  clock.now = health.of(a).restsUntil + 1
  fail(a, 'slow')
  health.good(a)
  expect(health.of(a)).toMatchObject({ row: [], restsUntil: 0 })
})

test.each([
  ...([
    'dns',
    'unreachable',
    'tls',
    'proxy',
    'proxy-refused',
    'proxy-denied',
    'slow',
    'cut',
  ] as const),
])(
  'one that was out of reach (%s) is asked anew once there is another way, and its faults stay told',
  (fault) => {
    const { health, fail, order } = lab()
    fail(a, fault)
    fail(a, fault)
    health.forgiveWay()
    expect(order()).toEqual(['a', 'b', 'c'])
    expect(health.of(a)).toMatchObject({ row: [], restsUntil: 0, faults: [{}, {}] })
  },
)

test.each(['lied', 'limited', 'busy', 'garbled'] as const)(
  'another way ends no rest of one that %s, whatever failed beside',
  (fault) => {
    const { clock, health, fail } = lab()
    fail(a, fault)
    const { restsUntil } = health.of(a)
    clock.now += 1
    for (let index = 0; index < 5; index += 1) fail(a, 'proxy')
    health.forgiveWay()
    expect(health.of(a)).toMatchObject({ restsUntil, row: [{ fault }] })
  },
)
