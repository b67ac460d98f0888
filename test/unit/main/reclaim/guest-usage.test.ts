import { expect, test } from 'vitest'
import { parseGuestUsage } from '../../../../main/reclaim/guest-usage.ts'

const id = 'a'.repeat(64)
const other = 'b'.repeat(64)
const folder = '/var/lib/docker/containers'

test('reads logs, the disk and what memory files take', () => {
  const text = [
    `log 16 ${folder}/${id}/${id}-json.log`,
    `log 40 ${folder}/${id}/${id}-json.log.1`,
    `log 8 ${folder}/${other}/${other}-json.log.2.gz`,
    'disk /dev/vdb          65792556  1024000  60000000   2% /data',
    'Cached:           500000 kB',
    'Mapped:           100000 kB',
    'Shmem:             20000 kB',
    'SReclaimable:      10000 kB',
    '',
  ].join('\n')
  expect(parseGuestUsage(text)).toEqual({
    diskUsed: 1_024_000 * 1024,
    caches: 390_000 * 1024,
    logs: [
      { container: id, bytes: 8192, isOld: false },
      { container: id, bytes: 20_480, isOld: true },
      { container: other, bytes: 4096, isOld: true },
    ],
  })
})

test('passes over what it does not understand', () => {
  const text = `log x ${folder}/${id}\nlog 8 ${folder}/../etc/passwd\ndisk\nCached: much`
  expect(parseGuestUsage(text)).toEqual({ diskUsed: 0, caches: 0, logs: [] })
})
