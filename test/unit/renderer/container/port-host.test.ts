import { expect, test } from 'vitest'
import { toPortHost } from '../../../../renderer/container/port-links.ts'

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['localhost', 'localhost'],
  ['[::1]', '[::1]'],
  ['berth', 'localhost'],
  ['example.com', 'localhost'],
])('a window at %s finds ports at %s', (hostname, expected) => {
  expect(toPortHost({ hostname })).toBe(expected)
})
