import { describe, expect, test } from 'vitest'
import type { Machine } from '../../../vm/index.ts'
import { createDockerCli } from '../../support/docker-cli.ts'

const full = process.env['BERTH_TEST_FULL'] === '1'
const rowMs = 300_000
/** Polled, since nothing tells of it: the guest reports its free pages, and the file its holes, when it likes. */
const within = { timeout: 60_000, interval: 500 }
const mebibyte = 1024 ** 2

/** What containers have taken of this computer and let go of. The image `busybox` must be there. */
export function givenBackRows(machine: () => Machine, socketPath: () => string): void {
  describe('this computer gets back', () => {
    const memory = async () => (await machine().footprint()).memoryBytes ?? 0
    const disk = async () => (await machine().footprint()).diskBytes
    const must = async (...args: string[]) => {
      await using docker = await createDockerCli(socketPath())
      const { code, stdout, stderr } = await docker(args)
      expect(code, stderr).toBe(0)
      return stdout.trim()
    }

    test.runIf(full)(
      'four fifths of the memory of a container that had 1 GiB',
      { timeout: rowMs },
      async () => {
        const before = await memory()
        const fill = 'dd if=/dev/zero of=/t/f bs=1M count=1024 && sleep 1000'
        const tmpfs = ['--tmpfs', '/t:size=1100m']
        await must('run', '-d', '--name', 'fills', ...tmpfs, 'busybox', 'sh', '-c', fill)
        const filled = async () => {
          const size = await must('exec', 'fills', 'stat', '-c', '%s', '/t/f')
          return Number(size)
        }
        await expect.poll(filled, { timeout: 120_000, interval: 1000 }).toBe(1024 * mebibyte)
        const peak = await memory()
        expect(peak - before).toBeGreaterThan(512 * mebibyte)
        await must('rm', '-f', 'fills')
        const back = async () => (peak - (await memory())) / (peak - before)
        await expect.poll(back, within).toBeGreaterThan(0.8)
      },
    )

    test('nine tenths of the disk of a volume that is gone', { timeout: rowMs }, async () => {
      const size = full ? 1024 : 64
      const before = await disk()
      // Not of zeros: those take no room to begin with.
      const fill = `yes | head -c ${size * mebibyte} >/v/f && sync`
      await must('run', '--rm', '-v', 'grown:/v', 'busybox', 'sh', '-c', fill)
      const grown = (await disk()) - before
      expect(grown).toBeGreaterThan(size * 0.9 * mebibyte)
      await must('volume', 'rm', 'grown')
      const back = async () => 1 - ((await disk()) - before) / grown
      await expect.poll(back, within).toBeGreaterThan(0.9)
    })
  })
}
