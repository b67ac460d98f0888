import { describe, expect, it } from 'vitest'
import { toReason } from '../../run/notes.mjs'
import { parseNotes, sum, summary, tallyOf, type Note } from '../../run/tally.mjs'

const passed: Note = { id: '1', name: 'works', outcome: 'passed' }
const failed: Note = { id: '2', name: 'breaks', outcome: 'failed' }
const told: Note = { ...failed, id: '4', reason: 'expected 1 to be 2 (a.test.ts:7)' }
const skipped: Note = { id: '3', name: 'long row', outcome: 'skipped', reason: 'full run only' }

describe('parseNotes', () => {
  it('lets the last try of a repeated test count, and drops a line cut short', () => {
    const lines = [{ ...passed, outcome: 'failed' }, failed, passed].map((note) =>
      JSON.stringify(note),
    )
    expect(parseNotes(`${lines.join('\n')}\n{"id":"4","na`)).toEqual([passed, failed])
  })
})

describe('toReason', () => {
  it('is the beginning of a message in one line without its colours, and where it comes from', () => {
    const message = '\u001b[31mTimed out\u001b[39m\n\n  - waiting for x\n'
    expect(toReason(message, { file: '/project/test/a.test.ts', line: 7 })).toBe(
      'Timed out - waiting for x (a.test.ts:7)',
    )
    expect(toReason(undefined)).toBe('')
  })
})

describe('tallyOf', () => {
  it('names failures and skips with their suite', () => {
    expect(tallyOf('unit', [passed, failed, skipped])).toEqual({
      passed: 1,
      failures: ['unit: breaks'],
      skips: ['unit: long row (full run only)'],
    })
  })

  it('says how a test failed, where that is known', () => {
    expect(tallyOf('unit', [told]).failures).toEqual([
      'unit: breaks\n    expected 1 to be 2 (a.test.ts:7)',
    ])
  })

  it('fails a suite that ran no test', () => {
    expect(tallyOf('e2e', []).failures).toEqual(['e2e: no test ran'])
    expect(tallyOf('e2e', [skipped]).failures).toEqual(['e2e: no test ran'])
  })

  it('fails a suite whose runner fell over although every test passed', () => {
    expect(tallyOf('e2e', [passed], 'its runner ended with code 1').failures).toEqual([
      'e2e: its runner ended with code 1',
    ])
    expect(tallyOf('e2e', [failed], 'its runner ended with code 1').failures).toEqual([
      'e2e: breaks',
    ])
  })
})

describe('summary', () => {
  it('ends with the one line for all suites', () => {
    const all = sum([tallyOf('unit', [passed, skipped]), tallyOf('e2e', [passed, failed])])
    expect(summary(all).split('\n')).toEqual([
      'Skipped:',
      '  unit: long row (full run only)',
      '',
      'Failed:',
      '  e2e: breaks',
      '',
      '2 passed, 1 failed, 1 skipped',
    ])
    expect(summary(sum([]))).toBe('0 passed, 0 failed, 0 skipped')
  })
})
