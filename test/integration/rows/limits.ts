import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Limits, Machine, MachineConfig } from '../../../vm/index.ts'
import { createDockerCli, type DockerCli } from '../../support/docker-cli.ts'

const rowMs = 180_000

/** What a machine may use, changed while a container runs in it. The image `busybox` must be there. */
export function limitRows(machine: () => Machine, config: () => MachineConfig): void {
  describe('limits, while a container runs,', () => {
    let docker: DockerCli
    let began: string
    let before: Limits

    const guest = async (...command: string[]) =>
      String((await machine().exec(command)).stdout).trim()
    const process = () => {
      const { state } = machine().snapshot
      return state.phase === 'running' ? state.process : undefined
    }
    const set = async (change: Partial<Limits>) => {
      await machine().limits.check(change)
      Object.assign(config(), change)
      await machine().limits.apply()
    }
    const startedAt = async () =>
      (await docker(['inspect', '-f', '{{.State.StartedAt}} {{.RestartCount}}', 'stays'])).stdout
    const memTotal = async () =>
      Number(/MemTotal:\s+(\d+)/.exec(await guest('cat', '/proc/meminfo'))?.[1]) / 1024

    beforeAll(async () => {
      const { cpus, memoryMiB, swapMiB, diskGiB } = config()
      before = { cpus, memoryMiB, swapMiB, diskGiB }
      docker = await createDockerCli(config().engine.hostSocket)
      const run = await docker(['run', '-d', '--name', 'stays', 'busybox', 'sleep', '100000'])
      expect(run.code, run.stderr).toBe(0)
      began = await startedAt()
    })
    afterAll(async () => {
      expect(await startedAt()).toBe(began)
      await docker(['rm', '-f', 'stays'])
      await docker[Symbol.asyncDispose]()
      const { diskGiB } = config()
      await set({ ...before, diskGiB })
    })

    test(
      'take processors away and give them back, also to what asks for them all',
      { timeout: rowMs },
      async () => {
        await set({ cpus: 1 })
        expect(process()).toMatchObject({ cpus: 1 })
        const nproc = async () => (await docker(['exec', 'stays', 'nproc'])).stdout.trim()
        expect(await nproc()).toBe('1')
        // An engine that starts now must still count all of them.
        const pid = await guest('pidof', 'dockerd')
        await guest('sv', 'restart', '/etc/service/dockerd')
        const anew = () => guest('sh', '-c', `pidof dockerd | grep -v '^${pid}$'`)
        await expect.poll(anew, { timeout: 60_000, interval: 200 }).not.toBe('')
        await expect
          .poll(() => guest('sh', '-c', 'grep -c ^processor /proc/cpuinfo'), {
            timeout: 60_000,
            interval: 500,
          })
          .toBe('1')
        await set({ cpus: 2 })
        expect(process()).toMatchObject({ cpus: 2 })
        // The engine that was restarted may not answer yet.
        await expect.poll(nproc, { timeout: 60_000, interval: 500 }).toBe('2')
        const all = await docker(['run', '--rm', '--cpus', '2', 'busybox', 'nproc'])
        expect(all).toMatchObject({ code: 0, stdout: '2\n' })
      },
    )

    test(
      'are as they were said last, whoever puts them back meanwhile',
      { timeout: rowMs },
      async () => {
        const program = '/usr/lib/berth/cpus'
        const turn = `${program} 1; ${program} & ${program} 2; wait; grep -c ^processor /proc/cpuinfo`
        const told = await guest(
          'sh',
          '-c',
          `for i in 0 1 2 3 4 5 6 7 8 9; do (${turn}) | tail -n1; done`,
        )
        expect(told.split('\n')).toEqual(Array.from({ length: 10 }, () => '2'))
      },
    )

    test('are as they were said while an engine starts, which has them all', async () => {
      const program = '/usr/lib/berth/cpus'
      await set({ cpus: 1 })
      expect(await guest(program, 'all')).toBe('2')
      await set({ cpus: 2 })
      expect(await guest(program)).toBe('2')
    })

    test('give memory and take it again', { timeout: rowMs }, async () => {
      const first = await memTotal()
      await set({ memoryMiB: 2560 })
      expect(process()).toMatchObject({ memoryMiB: 2560 })
      expect(await memTotal()).toBeCloseTo(first + 512, -1)
      await set({ memoryMiB: 1536 })
      expect(process()).toMatchObject({ memoryMiB: 1536 })
      expect(await memTotal()).toBeCloseTo(first - 512, -1)
      await set({ memoryMiB: 2048 })
      expect(await memTotal()).toBeCloseTo(first, -1)
    })

    test('refuse to take memory that is in use', { timeout: rowMs }, async () => {
      onTestFinished(async () => {
        await guest('rm', '-f', '/dev/shm/much')
      })
      await guest('dd', 'if=/dev/zero', 'of=/dev/shm/much', 'bs=1M', 'count=700')
      const asking = machine().limits.check({ memoryMiB: 1024 })
      await expect(asking).rejects.toMatchObject({
        code: 'memory-in-use',
        params: { wantedMiB: 1024 },
      })
      expect(process()).toMatchObject({ memoryMiB: 2048 })
    })

    test('have swap on the data disk, or none', { timeout: rowMs }, async () => {
      await set({ swapMiB: 256 })
      expect(process()).toMatchObject({ swapMiB: 256 })
      expect(await guest('cat', '/proc/swaps')).toContain('/data/swap-256')
      await set({ swapMiB: 128 })
      expect(process()).toMatchObject({ swapMiB: 128 })
      const asking = set({ swapMiB: 60_000 })
      await expect(asking).rejects.toMatchObject({ code: 'swap-no-room' })
      expect(await guest('sh', '-c', 'ls -d /data/swap-*')).toBe('/data/swap-128')
      await set({ swapMiB: 0 })
      expect(await guest('ls', '/data')).not.toContain('swap')
    })

    test('make the disk larger, and refuse to make it smaller', { timeout: rowMs }, async () => {
      const blocks = async () => Number(await guest('stat', '-f', '-c', '%b', '/data'))
      const first = await blocks()
      await set({ diskGiB: before.diskGiB + 1 })
      expect(process()).toMatchObject({ diskGiB: before.diskGiB + 1 })
      expect(((await blocks()) - first) / 2 ** 18).toBeCloseTo(1, 1)
      const asking = machine().limits.check({ diskGiB: before.diskGiB })
      await expect(asking).rejects.toMatchObject({
        ...{ code: 'disk-shrink', params: { haveGiB: before.diskGiB + 1 } },
      })
    })
  })
}
