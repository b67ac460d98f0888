import { describe, expect, it } from 'vitest'
import type { LogLine } from '#api'
import { createLogRing, toPlainText } from '../../../renderer/views/containers/log-ring.ts'

const toLines = (from: number, count: number): LogLine[] =>
  Array.from({ length: count }, (_, index) => ({ source: 'stdout', text: `${from + index}` }))

describe('a log ring', () => {
  it('keeps the newest lines and counts the others', () => {
    const ring = createLogRing(100)
    for (let from = 0; from < 1000; from += 7) ring.push(toLines(from, 7))
    const lines = ring.toArray()
    expect(ring.size).toBe(100)
    expect(lines).toHaveLength(100)
    expect(lines.at(-1)?.text).toBe('1000')
    expect(lines[0]?.text).toBe('901')
    expect(ring.dropped).toBe(901)
  })

  it('keeps no more than a quarter above its limit, however large the batch', () => {
    const ring = createLogRing(100)
    ring.push(toLines(0, 100_000))
    expect(ring.size).toBe(100)
    expect(ring.dropped).toBe(99_900)
    ring.clear()
    expect(ring.size).toBe(0)
    expect(ring.dropped).toBe(0)
  })
})

describe('a very long line', () => {
  it('is cut, and shows that it was', () => {
    const ring = createLogRing(10)
    ring.push([{ source: 'stdout', text: 'x'.repeat(100_000) }])
    expect(ring.toArray()[0]?.text).toHaveLength(4098)
    expect(ring.toArray()[0]?.text.endsWith(' …')).toBe(true)
  })
})

describe('toPlainText', () => {
  it.each([
    ['\u001b[1;33mwarn\u001b[0m x', 'warn x'],
    ['\u001b]0;title\u0007text', 'text'],
    ['\u001b]8;;http://a\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['10%\r50%\r100%', '100%'],
    ['line\r', 'line'],
    ['a\tb', 'a    b'],
    ['a\u0000\u0007b', 'ab'],
    ['<b>中文</b>', '<b>中文</b>'],
  ])('makes %j %j', (text, plain) => {
    expect(toPlainText(text)).toBe(plain)
  })
})
