import { describe, expect, test } from 'vitest'
import { estimate, median, percentile, pooledRatio, type Block } from '../../bench/stats.ts'

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const block = (ours: number, theirs: number): Block => ({ ours: [ours], theirs: [theirs] })

describe('median and percentile', () => {
  test('the median of an even number is between the two in the middle', () => {
    expect(median([9, 1, 4])).toBe(4)
    expect(median([9, 1, 4, 6])).toBe(5)
  })

  test('numbers are ordered as numbers, and the samples stay as they were', () => {
    const samples = [100, 9, 20]
    expect(median(samples)).toBe(20)
    expect(samples).toEqual([100, 9, 20])
  })

  test.each([
    [0.99, 100, 99],
    [0.99, 101, 100],
    [0.99, 10, 10],
    [0.5, 10, 5],
    [0, 10, 1],
    [1, 10, 10],
  ])('the %d percentile of 1…%d is %d', (share, count, expected) => {
    expect(percentile(upTo(count), share)).toBe(expected)
  })

  test('of no samples there is none', () => {
    expect(median([])).toBeNaN()
    expect(percentile([], 0.99)).toBeNaN()
  })
})

describe('estimate', () => {
  const ratio = pooledRatio(median)

  test('pools the samples of all blocks before it divides', () => {
    const blocks = [
      { ours: [1, 2], theirs: [10] },
      { ours: [3], theirs: [20, 30] },
    ]
    expect(ratio(blocks)).toBe(2 / 20)
  })

  test('fewer than six pairs give the range seen and claim no confidence', () => {
    const found = estimate([block(1, 4), block(2, 4), block(3, 4)], ratio)
    expect(found).toEqual({ value: 0.5, low: 0.25, high: 0.75, kind: 'range', count: 3 })
  })

  test('equal blocks leave no doubt', () => {
    const found = estimate(
      upTo(8).map(() => block(1, 2)),
      ratio,
    )
    expect(found).toEqual({ value: 0.5, low: 0.5, high: 0.5, kind: 'interval', count: 8 })
  })

  test('the interval holds the value, widens with the noise, and is the same each time', () => {
    const noisy = (spread: number) =>
      upTo(12).map((index) => block(100 + spread * Math.sin(index * 7), 100))
    const calm = estimate(noisy(1), ratio)
    const wild = estimate(noisy(30), ratio)
    for (const { value, low, high } of [calm, wild]) {
      expect(low).toBeLessThanOrEqual(value)
      expect(high).toBeGreaterThanOrEqual(value)
    }
    expect(wild.high - wild.low).toBeGreaterThan(5 * (calm.high - calm.low))
    expect(estimate(noisy(30), ratio)).toEqual(wild)
  })

  test('nearly all intervals hold the true value', () => {
    let state = 12_345
    const next = () => (state = (state * 48271) % 2147483647) / 2147483647
    const mean = (samples: readonly number[]) =>
      samples.reduce((sum, sample) => sum + sample, 0) / samples.length
    const experiments = upTo(80).map(() => estimate(upTo(25).map(next), mean))
    const right = experiments.filter(({ low, high }) => low <= 0.5 && high >= 0.5).length
    expect(right).toBeGreaterThanOrEqual(70)
  })
})
