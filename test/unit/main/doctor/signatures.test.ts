import { describe, expect, test } from 'vitest'
import { explainConsole, signatures } from '../../../../main/doctor/signatures.ts'

const healthy = [
  'berth: kernel 1.42',
  'EXT4-fs (vdb): mounted filesystem r/w with ordered data mode',
  'berth: disk 3.10',
  'berth: engine 14.02',
]

const known: [string, string, string][] = [
  [
    '[    2.1] Kernel panic - not syncing: VFS: Unable to mount root fs',
    'console-panic',
    'VFS: Unable to mount root fs',
  ],
  [
    'berth: failed disk: e2fsck cannot repair the file system by itself; it was left as it is',
    'console-data-disk',
    'e2fsck cannot repair the file system by itself; it was left as it is',
  ],
  [
    'berth: failed boot: the root image cannot be mounted',
    'console-system-disk',
    'the root image cannot be mounted',
  ],
  ['SQUASHFS error: zlib decompression failed', 'console-system-disk', 'zlib decompression failed'],
  [
    'berth: engine stays down: it ended four times in a minute',
    'console-engine',
    'it ended four times in a minute',
  ],
  ['berth: failed sshd: the host handed in no keys', 'console-sshd', 'the host handed in no keys'],
  [
    '[  9.1] I/O error, dev vdb, sector 2048 op 0x1:(WRITE)',
    'console-disk-error',
    '[  9.1] I/O error, dev vdb, sector 2048 op 0x1:(WRITE)',
  ],
  [
    '[ 99.0] Out of memory: Killed process 812 (node) total-vm:4194304kB',
    'guest-out-of-memory',
    'node',
  ],
  [
    'watchdog: BUG: soft lockup - CPU#1 stuck for 23s!',
    'console-starved',
    'BUG: soft lockup - CPU#1 stuck for 23s!',
  ],
]

describe('the guest’s console', () => {
  test.each(known)('%s', (line, code, said) => {
    const found = explainConsole([...healthy, line])
    expect(found).toMatchObject([{ error: { code, params: { said } }, evidence: [line] }])
  })

  test('has a line for every signature', () => {
    const codes = new Set(known.map(([, code]) => code))
    for (const { code } of signatures) expect(codes).toContain(code)
  })

  test('that says nothing of a fault is not explained', () => {
    expect(explainConsole(healthy)).toEqual([])
    // A container's own limit is that container's affair.
    expect(explainConsole(['Memory cgroup out of memory: Killed process 9 (x)'])).toEqual([])
  })

  test('tells what stops the machine before what it survived, and each once', () => {
    const stalls = Array.from({ length: 9 }, (_, n) => `rcu: INFO: rcu_sched stalls on CPU ${n}`)
    const found = explainConsole([...stalls, 'Kernel panic - not syncing: hung'])
    expect(found.map(({ error }) => error.code)).toEqual(['console-panic', 'console-starved'])
    expect(found[1]?.evidence).toHaveLength(5)
  })
})
