import { expect, test } from 'vitest'
import type { EngineKeyKind } from '#api'
import { toFieldText, toFieldValue } from '../../../../renderer/engine-settings/field-text.ts'

test.each<[EngineKeyKind, string, unknown]>([
  ['flag', 'true', true],
  ['flag', 'false', false],
  ['number', '1400', 1400],
  ['text', '172.17.0.1/16', '172.17.0.1/16'],
  ['list', '1.1.1.1\n8.8.8.8', ['1.1.1.1', '8.8.8.8']],
  ['map', 'max-size=20m\ntag={{.Name}}=x', { 'max-size': '20m', tag: '{{.Name}}=x' }],
  ['json', '{\n  "gc": {}\n}', { gc: {} }],
])('a %s is shown as it is typed: %j', (kind, text, value) => {
  expect(toFieldText({ kind }, value)).toBe(text)
  expect(toFieldValue({ kind }, text)).toEqual(value)
})

test.each<EngineKeyKind>(['flag', 'number', 'text', 'list', 'map', 'json'])(
  'an empty %s is none',
  (kind) => {
    expect(toFieldText({ kind }, undefined)).toBe('')
    expect(toFieldValue({ kind }, ' \n')).toBeUndefined()
  },
)

test('what is not of its kind stays what it is, to be told as wrong', () => {
  expect(toFieldValue({ kind: 'number' }, 'many')).toBe('many')
  expect(toFieldValue({ kind: 'json' }, '{"gc"')).toBe('{"gc"')
  expect(toFieldValue({ kind: 'map' }, 'max-size')).toEqual({ 'max-size': '' })
  expect(toFieldText({ kind: 'list' }, { a: 1 })).toBe('{\n  "a": 1\n}')
  expect(toFieldText({ kind: 'flag' }, 'yes')).toBe('yes')
})
