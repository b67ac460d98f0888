import { describe, expect, onTestFinished, test } from 'vitest'
import type { Machine } from '../../../vm/index.ts'
import { createDockerCli } from '../../support/docker-cli.ts'
import { snapshotWhere } from '../../support/machine.ts'

/** All that a container may take: what is there at a time, and then the rest, which others give back in part meanwhile. */
const fill = `
  fallocate -l $(df -k /v | awk 'NR == 2 { print $4 }')k /v/most
  dd if=/dev/zero of=/v/rest bs=64k
  more=0
  while echo x >/v/more-$more; do
    [ $((more += 1)) -lt 10000 ] || exit 3
  done
`

/** A data disk without room. The image `busybox` must be there. */
export function guestFullRows(machine: () => Machine, socketPath: () => string): void {
  describe('a data disk that containers have filled', () => {
    test('lets the engine start, list and make room', { timeout: 300_000 }, async () => {
      const docker = await createDockerCli(socketPath())
      onTestFinished(() => docker[Symbol.asyncDispose]())
      const must = async (...args: string[]) => {
        const { code, stdout, stderr } = await docker(args)
        expect(code, stderr).toBe(0)
        return stdout.trim()
      }
      onTestFinished(async () => {
        await docker(['rm', '-f', 'fills'])
        await docker(['volume', 'rm', '-f', 'full'])
      })
      await must('run', '--name', 'fills', '-v', 'full:/v', 'busybox', 'sh', '-c', fill)
      const repairs = () =>
        machine().snapshot.health.find(({ link }) => link === 'engine')?.repairs ?? 0
      const before = repairs()
      const back = snapshotWhere(machine(), () => repairs() > before, 240_000)
      await machine().exec(['pkill', '-9', '-x', 'dockerd'])
      machine().look()
      await back
      expect(await must('ps', '-a', '--format', '{{.Names}}')).toContain('fills')
      await must('rm', 'fills')
      await must('volume', 'rm', 'full')
      await must('run', '--rm', '-v', 'room:/v', 'busybox', 'sh', '-c', 'echo x >/v/f')
      await must('volume', 'rm', 'room')
    })
  })
}
