import { expect, test } from 'vitest'
import {
  readValues,
  toOffset,
  writeValue,
} from '../../../../renderer/engine-settings/settings-text.ts'

test.each([
  ['a first key', '{}\n', 'mtu', 1400, '{\n  "mtu": 1400\n}\n'],
  ['one more', '{\n  "debug": true\n}', 'mtu', 1, '{\n  "debug": true,\n  "mtu": 1\n}'],
  ['another value', '{ "mtu":1400, "debug":true }', 'mtu', 9, '{ "mtu":9, "debug":true }'],
  [
    'none any more',
    '{\n  "debug": true,\n  "mtu": 1\n}',
    'mtu',
    undefined,
    '{\n  "debug": true\n}',
  ],
  ['in a text that is broken', '{"mtu": ', 'mtu', 1, '{"mtu": '],
  ['in a list', '[]', 'mtu', 1, '[]'],
])('%s', (_what, text, key, value, written) => {
  expect(writeValue(text, key, value)).toBe(written)
})

test('what is no object has no values', () => {
  for (const text of ['', '[]', 'null', '{', '5']) expect(readValues(text)).toBeUndefined()
  expect(readValues('{"a": 1}')).toEqual({ a: 1 })
})

test('lines and columns lead to where they were counted', () => {
  const text = '{\n  "mtu": x\n}'
  expect(text.slice(toOffset(text, { line: 2, column: 10 }))).toBe('x\n}')
})
