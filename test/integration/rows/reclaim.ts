import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReclaimChoice, ReclaimPlan, ReclaimRun } from '../../../main/api/index.ts'
import { createEngineClient } from '../../../main/engine/client.ts'
import { Reclaim } from '../../../main/reclaim/reclaim.ts'
import { whatReturns } from '../../../main/reclaim/returns.ts'
import type { Machine } from '../../../vm/index.ts'
import { createDockerCli, type DockerCli } from '../../support/docker-cli.ts'

const full = process.env['BERTH_TEST_FULL'] === '1'
const rowMs = 240_000
const mebibyte = 1024 ** 2

/** Space that containers have taken, and that comes back to this computer. The image `busybox` must be there. */
export function reclaimRows(machine: () => Machine, socketPath: () => string): void {
  describe('reclaiming', () => {
    let docker: DockerCli
    let reclaim: Reclaim

    const run = async ({ id }: ReclaimPlan, ...choices: ReclaimChoice[]) => {
      let last: ReclaimRun | undefined
      for await (const now of reclaim.run(id, choices)) last = now
      expect(last?.steps.map(({ state, error }) => error ?? state)).toEqual(
        choices.map(() => 'done'),
      )
      return last
    }
    const of = ({ items }: ReclaimPlan, kind: ReclaimChoice['kind']) =>
      items.find((item) => item.kind === kind)
    const volumes = async () => (await docker(['volume', 'ls', '-q'])).stdout.trim().split('\n')

    beforeAll(async () => {
      docker = await createDockerCli(socketPath())
      reclaim = new Reclaim({
        ...{ client: createEngineClient(socketPath()), machine: machine() },
        ...{ returns: whatReturns(process.platform), settleMs: 0 },
        toShape: (error) => ({ code: 'internal', params: { said: String(error) } }),
      })
    })
    afterAll(async () => {
      await docker(['rm', '-f', 'says'])
      await docker(['volume', 'rm', 'stays'])
      await docker[Symbol.asyncDispose]()
    })

    test(
      'removes the volume that was chosen and no other, and the disk’s file shrinks',
      { timeout: rowMs },
      async () => {
        // What other rows have left behind is not to be counted.
        await run(await reclaim.plan(), { kind: 'trim' })
        expect((await docker(['volume', 'create', 'stays'])).code).toBe(0)
        const before = await volumes()
        const fill = 'dd if=/dev/urandom of=/fill/it bs=1M count=64 conv=fsync'
        const filled = await docker([
          'run',
          '--name',
          'fills',
          '-v',
          '/fill',
          'busybox',
          'sh',
          '-c',
          fill,
        ])
        expect(filled.code, filled.stderr).toBe(0)
        await docker(['rm', 'fills'])
        const [made = ''] = (await volumes()).filter((name) => !before.includes(name))
        const plan = await reclaim.plan()
        const item = of(plan, 'anonymous-volumes')
        expect(item?.things.find(({ id }) => id === made)?.bytes).toBeGreaterThan(63 * mebibyte)
        expect(of(plan, 'volumes')?.things.map(({ name }) => name)).toContain('stays')
        const chosen = { kind: 'anonymous-volumes' as const, only: [made] }
        const ran = await run(plan, chosen, { kind: 'trim' })
        expect(await volumes()).toEqual(before)
        const won = (ran?.before.disk ?? 0) - (ran?.after?.disk ?? 0)
        expect(won).toBeGreaterThan(0.9 * 64 * mebibyte)
      },
    )

    test.runIf(full)(
      'of builds leaves no cache, and of logs what is being written',
      { timeout: rowMs },
      async () => {
        // Some 27 MB as the engine writes them: one file of 20 MB that it has done with, and the next.
        const says = 'head -c 11000000 /dev/zero | base64 | head -c 14000000; sleep 9999'
        await docker(['run', '-d', '--name', 'says', 'busybox', 'sh', '-c', says])
        const tail = async () => (await docker(['logs', '--tail', '1', 'says'])).stdout
        await expect
          .poll(async () => of(await reclaim.plan(), 'logs')?.bytes, {
            timeout: 120_000,
            interval: 2000,
          })
          .toBeGreaterThan(19 * mebibyte)
        const plan = await reclaim.plan()
        const ran = await run(plan, { kind: 'build-cache' }, { kind: 'logs' }, { kind: 'caches' })
        const after = await reclaim.plan()
        expect(of(after, 'build-cache')?.count).toBe(0)
        expect(of(after, 'logs')?.things.find(({ name }) => name === 'says')).toBeUndefined()
        expect(await tail()).toMatch(/^A+/)
        // Free memory goes back when the guest reports it, every two seconds.
        await expect
          .poll(async () => (await machine().footprint()).memoryBytes, { timeout: 60_000 })
          .toBeLessThan(ran?.before.memory ?? 0)
      },
    )
  })
}
