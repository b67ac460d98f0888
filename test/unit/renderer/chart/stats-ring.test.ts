import { describe, expect, it } from 'vitest'
import type { StatsSample } from '#api'
import { toPoints } from '../../../../renderer/chart/sparkline.ts'
import { type StatsRing, toAsked, withSample } from '../../../../renderer/chart/stats-ring.ts'

const sample = (second: number, cpu = 0): StatsSample => ({
  id: 'a',
  at: second * 1000,
  cpu,
  memory: 10,
  memoryLimit: 100,
  networkIn: 0,
  networkOut: 0,
  diskRead: 0,
  diskWrite: 0,
  pids: 1,
})

describe('the last minute of a container', () => {
  it('keeps sixty samples', () => {
    let ring: StatsRing | undefined
    for (let second = 0; second < 200; second += 1) ring = withSample(ring, sample(second, second))
    expect(ring?.cpu).toHaveLength(60)
    expect(ring?.cpu[0]).toBe(140)
    expect(ring?.latest.cpu).toBe(199)
  })

  it('begins anew after a gap', () => {
    const ring = withSample(withSample(undefined, sample(0)), sample(60))
    expect(ring.memory).toEqual([10])
  })
})

describe('what is asked about', () => {
  const ids = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => String(from + index))

  it.each([
    ['stays while it covers what is in sight', ids(2, 10), ids(0, 14), ids(0, 14)],
    ['changes when something new is in sight', ids(10, 10), ids(0, 14), ids(10, 10)],
    ['changes when most of it is out of sight', ids(0, 5), ids(0, 40), ids(0, 5)],
    ['is nothing when nothing is in sight', [], ids(0, 40), []],
  ])('%s', (_, seen, asked, expected) => {
    expect(toAsked(seen, asked)).toEqual(expected)
  })
})

describe('a sparkline', () => {
  it('ends at the right edge and stays inside its box', () => {
    expect(toPoints([0, 5, 20], { length: 10, height: 10, top: 10 })).toBe('7,10 8,5 9,0')
    expect(toPoints([], { length: 10, height: 10, top: 10 })).toBe('')
    expect(toPoints([1], { length: 10, height: 10, top: 0 })).toBe('9,10')
  })
})
