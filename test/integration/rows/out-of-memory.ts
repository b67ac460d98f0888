import { describe, expect, test } from 'vitest'
import type { Limits, Machine, MachineConfig } from '../../../vm/index.ts'
import { createDockerCli } from '../../support/docker-cli.ts'
import { getEngine, snapshotWhere } from '../../support/machine.ts'

/** Containers that want more memory than the machine has. The image `busybox` must be there. */
export function outOfMemoryRows(machine: () => Machine, config: () => MachineConfig): void {
  describe('a machine without memory', () => {
    test(
      'ends what wants too much, and engine, ssh and other containers live on',
      { timeout: 300_000 },
      async () => {
        const { memoryMiB, swapMiB } = config()
        const set = async (limits: Partial<Limits>) => {
          Object.assign(config(), limits)
          await machine().limits.apply()
        }
        const guest = async (...command: string[]) => String((await machine().exec(command)).stdout)
        /** The engine, and the ssh server that waits for logins. */
        const servers = () => guest('cat', '/run/docker.pid', '/run/sshd.pid')
        await using docker = await createDockerCli(config().engine.hostSocket)
        const stays = await docker(['run', '-d', '--name', 'stays', 'busybox', 'sleep', '100000'])
        expect(stays.code, stays.stderr).toBe(0)
        const pid = async () =>
          (await docker(['inspect', '-f', '{{.State.Running}} {{.State.Pid}}', 'stays'])).stdout
        const before = { pid: await pid(), servers: await servers() }
        // Little, so that it is soon gone.
        await set({ memoryMiB: 1024, swapMiB: 0 })

        const told = snapshotWhere(
          machine(),
          ({ outOfMemory }) => outOfMemory?.killed.startsWith('tail') === true,
          240_000,
        )
        // Each doubles what it holds, for ever.
        const hogs = 'tail /dev/zero & tail /dev/zero & tail /dev/zero & wait'
        const hog = await docker(['run', '-d', '--name', 'hog', 'busybox', 'sh', '-c', hogs])
        expect(hog.code, hog.stderr).toBe(0)
        await told
        expect(await docker(['rm', '-f', 'hog'])).toMatchObject({ code: 0 })
        expect(await getEngine(config().engine.hostSocket, '/_ping')).toBe('OK')
        expect(await pid()).toBe(before.pid)
        expect(await servers()).toBe(before.servers)

        await docker(['rm', '-f', 'stays'])
        await set({ memoryMiB, swapMiB })
      },
    )
  })
}
