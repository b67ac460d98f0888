import { describe, expect, it } from 'vitest'
import type { LogLine } from '#api'
import { LogStore } from '../../../../renderer/log/log-store.ts'

const line = (text: string): LogLine => ({ source: 'stdout', text })
const many = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => line(`line ${from + index}`))

describe('the store of a log', () => {
  it('gives every line back as it came', () => {
    const store = new LogStore()
    store.push(many(5000))
    store.push([{ source: 'stderr', text: '中文\tx', at: '2026-01-02T03:04:05.123456789Z' }])
    expect(store.size).toBe(5001)
    expect(store.line(4321)?.plain).toBe('line 4321')
    expect(store.line(5000)).toEqual({
      number: 5000,
      plain: '中文\tx',
      stderr: true,
      time: Date.parse('2026-01-02T03:04:05.123Z') * 1000 + 456,
    })
    expect(store.line(5001)).toBeUndefined()
    expect(store.widestCells).toBe(9)
  })

  it('lets the oldest go by lines, and counts them', () => {
    const store = new LogStore({ lines: 10_000, characters: 1e9 })
    store.push(many(25_000))
    expect(store.size).toBeLessThanOrEqual(10_000)
    expect(store.size).toBeGreaterThan(8_900)
    expect(store.size + store.dropped).toBe(25_000)
    expect(store.first).toBe(store.dropped)
    expect(store.line(store.first)?.plain).toBe(`line ${store.first}`)
    expect(store.line(24_999)?.plain).toBe('line 24999')
  })

  it('lets the oldest go by characters, however few lines they are', () => {
    const store = new LogStore({ lines: 1e6, characters: 1_000_000 })
    store.push(Array.from({ length: 500 }, () => line('y'.repeat(10_000))))
    expect(store.size).toBeLessThan(110)
    expect(store.size + store.dropped).toBe(500)
  })

  it('clears without calling that a loss', () => {
    const store = new LogStore()
    store.push(many(3))
    store.clear()
    store.push(many(1, 3))
    expect([store.size, store.dropped, store.first]).toEqual([1, 0, 3])
    expect(store.line(3)?.plain).toBe('line 3')
  })

  it('keeps empty lines', () => {
    const store = new LogStore()
    store.push([line(''), line(''), line('x'), line('')])
    expect([0, 1, 2, 3].map((at) => store.line(at)?.plain)).toEqual(['', '', 'x', ''])
  })
})
