import { describe, expect, it } from 'vitest'
import { toLogText } from '../../../../renderer/log/log-text.ts'

describe('the text of a log line', () => {
  it.each([
    ['plain', 'plain'],
    ['cursor \u001b[2J\u001b[1;1Hmoved', 'cursor moved'],
    ['title \u001b]0;owned\u0007kept', 'title kept'],
    ['clipboard \u001b]52;c;aGk=\u001b\\kept', 'clipboard kept'],
    ['device \u001bPq#0;2;0\u001b\\kept', 'device kept'],
    ['eight bit \u009b2Jkept', 'eight bit kept'],
    ['bells \u0007\u0000\u0008 go', 'bells  go'],
    ['10%\r50%\r100%\r', '100%'],
    ['unfinished \u001b[3', 'unfinished '],
    ['colon \u001b[38:2::1:2:3mkept', 'colon kept'],
    ['a\tb', 'a\tb'],
  ])('%j is shown as %j', (raw, plain) => {
    expect(toLogText(raw)).toEqual({ plain })
  })

  it('keeps the colours beside the plain text', () => {
    expect(toLogText('\u001b[31mred\u001b[0m\u001b[K')).toEqual({
      plain: 'red',
      styled: '\u001b[31mred\u001b[0m',
    })
  })

  it('bounds a line without an end', () => {
    expect(toLogText('x'.repeat(100_000)).plain).toHaveLength(16_386)
  })
})
