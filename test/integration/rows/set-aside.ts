import { describe, expect, test } from 'vitest'
import type { LinkHealth, Machine } from '../../../vm/index.ts'
import { createDockerCli } from '../../support/docker-cli.ts'
import { snapshotWhere } from '../../support/machine.ts'

/** What of the engine's may be damaged, and how: the list as it was at an orderly stop is there. */
const damage = `
  sv down dockerd containerd
  while pgrep -x 'dockerd|containerd'; do usleep 100000; done >/dev/null
  : >/var/lib/docker/containers/$1/config.v2.json
  cd /var/lib/containerd/io.containerd.metadata.v1.bolt
  cp meta.db meta.db.stopped
  dd if=/dev/zero of=meta.db bs=4096 count=2 conv=notrunc
  sync
  sv up containerd dockerd
`

/** The engine's own lists, broken as by a power cut. The image `busybox` must be there. */
export function setAsideRows(machine: () => Machine, socketPath: () => string): void {
  describe('an engine whose own files are damaged', () => {
    test('sets them aside by name, and the rest comes up', { timeout: 300_000 }, async () => {
      await using docker = await createDockerCli(socketPath())
      const must = async (...args: string[]) => {
        const { code, stdout, stderr } = await docker(args)
        expect(code, stderr).toBe(0)
        return stdout.trim()
      }
      await must('run', '--name', 'whole', '-v', 'kept:/v', 'busybox', 'sh', '-c', 'echo a >/v/f')
      const broken = await must('create', '--name', 'broken', 'busybox', 'true')
      const engine = (): LinkHealth | undefined =>
        machine().snapshot.health.find(({ link }) => link === 'engine')
      const repairs = engine()?.repairs ?? 0
      const before = machine().snapshot.repairs.length
      const done = () => machine().snapshot.repairs.slice(before)

      const told = snapshotWhere(machine(), () => done().length >= 2, 240_000)
      await machine().exec(['sh', '-c', damage, 'damage', broken])
      machine().look()
      await told
      const what = done().map((one) => one.what)
      expect(what.toSorted()).toEqual(['container', 'images-of-last-stop'])
      await snapshotWhere(
        machine(),
        () => engine()?.state === 'ok' && (engine()?.repairs ?? 0) > repairs,
        240_000,
      )
      expect(await must('ps', '-a', '--format', '{{.Names}}')).toBe('whole')
      expect(await must('run', '--rm', '-v', 'kept:/v', 'busybox', 'cat', '/v/f')).toBe('a')
      const files = done().map(({ file }) => file)
      const kept = await machine().exec(['ls', '-d', ...files])
      expect(kept.code).toBe(0)

      await must('rm', 'whole')
      await must('volume', 'rm', 'kept')
      await machine().exec(['rm', '-rf', ...files])
    })
  })
}
