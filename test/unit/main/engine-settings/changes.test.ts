import { expect, test } from 'vitest'
import { findChanges, whatItTakes } from '../../../../main/engine-settings/changes.ts'

test.each([
  ['nothing', {}, {}, 'nothing'],
  ['another order', { a: { b: 1, c: 2 } }, { a: { c: 2, b: 1 } }, 'nothing'],
  ['a mirror', {}, { 'registry-mirrors': ['https://m'] }, 'reload'],
  ['no mirror any more', { 'registry-mirrors': ['https://m'] }, {}, 'reload'],
  ['a proxy', {}, { proxies: { 'http-proxy': 'http://p' } }, 'restart'],
  ['a mirror and a network', {}, { 'registry-mirrors': [], bip: '10.1.0.1/24' }, 'restart'],
  ['another value', { mtu: 1500 }, { mtu: 1400 }, 'restart'],
])('%s', (_what, before, after, takes) => {
  expect(whatItTakes(findChanges(before, after))).toBe(takes)
})

test('changes are told by both their values', () => {
  expect(findChanges({ mtu: 1500, debug: true }, { mtu: 1400, dns: ['1.1.1.1'] })).toEqual([
    { key: 'debug', before: 'true' },
    { key: 'dns', after: '["1.1.1.1"]' },
    { key: 'mtu', before: '1500', after: '1400' },
  ])
})
