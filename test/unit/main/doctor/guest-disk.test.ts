import { expect, test } from 'vitest'
import { judgeDisk, parseGuestFacts } from '../../../../main/doctor/guest-disk.ts'

const df = (used: number, inodes: number) =>
  [
    'Filesystem 1024-blocks Used Available Capacity Mounted on',
    `/dev/vdb 1000000 ${used} ${1_000_000 - used} 0% /data`,
    'Filesystem Inodes IUsed IFree IUse% Mounted on',
    `/dev/vdb 1000 ${inodes} ${1000 - inodes} 0% /data`,
  ].join('\n')

test.each([
  [500_000, 10, undefined],
  [870_000, 10, { state: 'note', error: { code: 'guest-disk-low', params: { percent: 87 } } }],
  [960_000, 10, { state: 'wrong', error: { code: 'guest-disk-low', params: { freeMiB: 39 } } }],
  [100_000, 990, { state: 'wrong', error: { code: 'guest-inodes-full', params: { percent: 99 } } }],
])('a disk with %i KiB and %i inodes in use', (used, inodes, judged) => {
  const found = judgeDisk(parseGuestFacts(df(used, inodes)))
  if (judged) expect(found).toMatchObject(judged)
  else expect(found).toBeUndefined()
})
