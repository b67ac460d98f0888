import { describe, expect, it } from 'vitest'
import type { LogLine } from '#api'
import { toLineParts } from '../../../../renderer/log/line-parts.ts'
import { createLogResume } from '../../../../renderer/log/log-resume.ts'
import { createTimeParser, formatLogTime, toEngineTime } from '../../../../renderer/log/log-time.ts'

const stored = (plain: string, styled?: string) => ({
  number: 0,
  plain,
  stderr: false,
  time: Number.NaN,
  ...(styled !== undefined && { styled }),
})

describe('the parts of a log line', () => {
  it('carry colours and hits, and leave markup as text', () => {
    const line = stored('red <b>plain', '\u001b[1;31mred <b>\u001b[0mplain')
    expect(toLineParts(line, 0, 0, /d <b>p/g)).toEqual([
      { text: 're', classes: ['log-red', 'log-bold'], hit: false },
      { text: 'd <b>', classes: ['log-red', 'log-bold'], hit: true },
      { text: 'p', classes: [], hit: true },
      { text: 'lain', classes: [], hit: false },
    ])
  })

  it('know the colours beyond sixteen', () => {
    const line = stored('xy', '\u001b[38;5;208mx\u001b[48;2;1;2;3my')
    expect(toLineParts(line, 0, 0)).toEqual([
      { text: 'x', classes: [], hit: false, color: 'rgb(255,135,0)' },
      {
        text: 'y',
        classes: [],
        hit: false,
        color: 'rgb(255,135,0)',
        background: 'rgb(1, 2, 3)',
      },
    ])
  })

  it('show the part of a wrapped row, tabs as four blanks', () => {
    expect(toLineParts(stored('a\tbcdef'), 1, 4)).toEqual([
      { text: ' bcd', classes: [], hit: false },
    ])
  })
})

describe('the time of a log line', () => {
  it('is read to the microsecond and written back', () => {
    const parse = createTimeParser()
    expect(toEngineTime(parse('2026-01-02T03:04:05.123456789Z'))).toBe(
      '2026-01-02T03:04:05.123456Z',
    )
    expect(toEngineTime(parse('2026-01-02T03:04:05.5+08:00'))).toBe('2026-01-01T19:04:05.500000Z')
    expect(toEngineTime(parse('2026-01-02T03:04:05Z'))).toBe('2026-01-02T03:04:05.000000Z')
    expect(formatLogTime(parse('never'), 'engine', 0)).toBe('')
  })

  it.each([
    [12_000, '-12s'],
    [303_000, '-5m03s'],
    [7_620_000, '-2h07m'],
    [273_600_000, '-3d04h'],
  ])('%d ms ago is %s', (ms, text) => {
    expect(formatLogTime(0, 'relative', ms)).toBe(text)
  })
})

describe('a log that is read on', () => {
  const at = (second: number, text: string): LogLine => ({
    source: 'stdout',
    text,
    at: `2026-01-02T03:04:0${second}.000000000Z`,
  })

  it('neither repeats nor skips what came at the same moment', () => {
    const resume = createLogResume()
    expect(resume.take([at(1, 'a'), at(2, 'b'), at(2, 'c')])).toHaveLength(3)
    expect(resume.since).toBe('2026-01-02T03:04:02.000000000Z')
    resume.again()
    expect(resume.take([at(2, 'b')])).toEqual([])
    expect(resume.take([at(2, 'c'), at(2, 'd'), at(3, 'e')]).map((line) => line.text)).toEqual([
      'd',
      'e',
    ])
    resume.again()
    expect(resume.take([at(3, 'e'), at(3, 'f')]).map((line) => line.text)).toEqual(['f'])
  })
})
