import { describe, expect, test } from 'vitest'
import { judge } from '../../bench/outcome.ts'

const ratio = (low: number, high: number, kind: 'interval' | 'range' = 'interval') => ({
  name: 'ours ÷ theirs',
  estimate: { value: (low + high) / 2, low, high, kind, count: 16 },
})

describe('judge', () => {
  test.each([
    ['the whole interval under the ambitious target', 0.05, 0.15, 'ambitious'],
    ['the upper bound between the two targets', 0.1, 0.5, 'pass'],
    ['the point under the target, the upper bound above it', 0.3, 0.6, 'open'],
    ['the whole interval above the target', 0.51, 0.6, 'fail'],
  ])('%s', (_, low, high, expected) => {
    expect(judge({ ...ratio(low, high), pass: 0.5, ambitious: 0.15 })).toBe(expected)
  })

  test('with an ambitious target only, that one is the gate', () => {
    expect(judge({ ...ratio(1.1, 1.4), ambitious: 1.5 })).toBe('ambitious')
    expect(judge({ ...ratio(1.6, 1.9), ambitious: 1.5 })).toBe('fail')
  })

  test('too few pairs and a ratio without a target stay open', () => {
    expect(judge({ ...ratio(0.1, 0.1, 'range'), pass: 0.5 })).toBe('open')
    expect(judge(ratio(0.1, 0.2))).toBe('open')
  })
})
