import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { toMachineError } from '../../../../main/machine/errors.ts'
import { createSay, sayError } from '../../../../main/words/words.ts'
import { toNoRoom } from '../../../../vm/disk/target.ts'
import { tellBytes } from '../../../../vm/disk/tell-bytes.ts'
import { expectTold } from '../../../support/told-error.ts'

const mebibyte = 1024 ** 2

test.each([
  [0, '0 MiB', '0 MiB'],
  [812 * mebibyte, '812 MiB', '812 MiB'],
  [812 * mebibyte + 1, '812 MiB', '813 MiB'],
  [1024 * mebibyte - 1, '1023 MiB', '1.0 GiB'],
  [1024 * mebibyte, '1.0 GiB', '1.0 GiB'],
  [1024 * mebibyte + 1, '1.0 GiB', '1.1 GiB'],
  [19_456 * mebibyte, '19.0 GiB', '19.0 GiB'],
  [2_000_000 * mebibyte, '1953.1 GiB', '1953.2 GiB'],
])('%i bytes are at least %s and at most %s', (bytes, least, most) => {
  expect(tellBytes(bytes, Math.floor)).toBe(least)
  expect(tellBytes(bytes, Math.ceil)).toBe(most)
})

test.each(['en', 'zh-CN'] as const)(
  'in %s, a disk that does not fit is told in GiB',
  async (language) => {
    const error = await toNoRoom(tmpdir(), 19_456 * mebibyte)
    expectTold(error, 'disk-no-room')
    expect(sayError(createSay(language), toMachineError(error))).toContain('19.0 GiB')
  },
)
