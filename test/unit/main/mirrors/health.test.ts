import { expect, test } from 'vitest'
import { Health } from '../../../../main/mirrors/health.ts'
import { RegistryFailure, type RegistryFault } from '../../../../main/registry/failure.ts'

const a = { url: 'https://a.example' }
const b = { url: 'https://b.example' }
const c = { url: 'https://c.example' }

function lab() {
  const clock = { now: 1_000_000 }
  const health = new Health(() => clock.now)
  const fail = ({ url }: { url: string }, fault: RegistryFault, retryAfterMs?: number) =>
    health.bad(url, new RegistryFailure(fault, 'why', { retryAfterMs }))
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
    return (health.of(a.url).restsUntil - clock.now) / 1000
  })
  expect(rests).toEqual([10, 20, 40, 80, 160, 300, 300, 300])
})

test('who asks to wait is left alone as long as it says, within reason', () => {
  const { clock, health, fail } = lab()
  fail(a, 'limited', 60_000)
  fail(b, 'limited', 24 * 3_600_000)
  expect(health.of(a.url).restsUntil - clock.now).toBe(60_000)
  expect(health.of(b.url).restsUntil - clock.now).toBe(300_000)
})

test.each(['absent', 'denied'] as const)('to lack an image is no failure (%s)', (fault) => {
  const { health, fail, order } = lab()
  fail(a, fault)
  expect(order()).toEqual(['a', 'b', 'c'])
  expect(health.of(a.url).faults).toEqual([])
})

test.each(['lied', 'limited'] as const)(
  'what it does well beside does not end the rest of one that %s',
  (fault) => {
    const { clock, health, fail } = lab()
    fail(a, fault, 60_000)
    const { restsUntil } = health.of(a.url)
    health.good(a.url)
    expect(health.of(a.url).restsUntil).toBe(restsUntil)
    clock.now = restsUntil + 1
    health.good(a.url)
    expect(health.of(a.url)).toMatchObject({ failures: 0, restsUntil: 0 })
  },
)

test('one that does well again has a clean slate but for what is remembered', () => {
  const { health, fail } = lab()
  fail(a, 'busy')
  fail(a, 'busy')
  health.good(a.url)
  expect(health.of(a.url)).toMatchObject({ failures: 0, restsUntil: 0, faults: [{}, {}] })
})

test('the last twenty faults are remembered', () => {
  const { health, fail } = lab()
  for (let index = 0; index < 25; index += 1) fail(a, 'busy')
  expect(health.of(a.url).faults).toHaveLength(20)
})
