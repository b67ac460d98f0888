import { expect, test } from 'vitest'
import { hasCounted } from '../../../support/fsync-counter.ts'

test.each([
  ['all', '1\n2\n3\n', true],
  ['one more, which nobody was told of', '1\n2\n3\n4\n', true],
  ['the end of one more', '1\n2\n3\n\0', true],
  ['none', '', false],
  ['none of the last', '1\n2\n', false],
  ['none in between', '1\n3\n', false],
  ['zeros in the place of one', '1\n\0\n3\n', false],
  ['them in another order', '1\n3\n2\n', false],
])('of three numbers that were synced there are %s', (_what, text, whole) => {
  expect(hasCounted(text, 3)).toBe(whole)
})
