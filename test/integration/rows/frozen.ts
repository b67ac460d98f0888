import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LinkName, Machine, PortForward } from '../../../vm/index.ts'
import { freePort } from '../../../vm/boot.ts'
import { atLength } from '../../support/at-length.ts'
import { createDockerCli, type DockerCli } from '../../support/docker-cli.ts'
import { getEngine, snapshotWhere } from '../../support/machine.ts'
import { type Sentinel, startSentinel } from '../../support/sentinel.ts'
import { expectTold } from '../../support/told-error.ts'

const full = process.env['BERTH_TEST_FULL'] === '1'
const rowMs = 240_000
const heldSeconds = atLength({ whole: 900, part: 60 })
const mendedMs = 10_000

/** QEMU itself is held for a while, as by a computer that sleeps. The image `busybox` must be there. */
export function frozenRows(machine: () => Machine, socketPath: () => string): void {
  describe.runIf(full)('a machine that stands still', () => {
    let docker: DockerCli
    let sentinel: Sentinel
    let forward: PortForward

    const errorOf = (name: LinkName) =>
      machine().snapshot.health.find(({ link }) => link === name)?.error
    const isWell = () => machine().snapshot.health.every(({ state }) => state === 'ok')

    beforeAll(async () => {
      docker = await createDockerCli(socketPath())
      sentinel = await startSentinel(docker)
      const guestPort = 8099
      const tellTime = ['nc', '-ll', '-p', '80', '-e', 'sh', '-c', 'echo $EPOCHREALTIME']
      const published = ['--name', 'tells', '-p', `${guestPort}:80`]
      const run = await docker(['run', '-d', ...published, 'busybox', ...tellTime])
      expect(run.code, run.stderr).toBe(0)
      forward = { protocol: 'tcp', address: '127.0.0.1', port: await freePort(), guestPort }
      await machine().forwards.add(forward)
    }, rowMs)
    afterAll(async () => {
      await machine().forwards.remove(forward)
      await docker(['rm', '-f', 'tells'])
      await sentinel.remove()
      await docker[Symbol.asyncDispose]()
    }, rowMs)

    test(
      `for ${heldSeconds} s is told meanwhile, and all is well soon after`,
      { timeout: heldSeconds * 1000 + rowMs },
      async () => {
        const life = await sentinel.life()
        const { state } = machine().snapshot
        if (state.phase !== 'running') throw new Error('no machine')
        process.kill(state.process.pid, 'SIGSTOP')
        const held = delay(heldSeconds * 1000)
        try {
          await snapshotWhere(machine(), () => errorOf('ssh') !== undefined, heldSeconds * 1000)
          expectTold(errorOf('ssh'), 'link-lost')
          await expect(machine().exec(['true'])).rejects.toMatchObject({ code: 'link-lost' })
          await held
          expect(isWell()).toBe(false)
        } finally {
          process.kill(state.process.pid, 'SIGCONT')
        }
        // Connections that were under way break, so a question may go without an answer.
        const drift = () => driftMs(forward.port).catch(() => Infinity)
        await expect.poll(drift, { timeout: mendedMs, interval: 100 }).toBeLessThan(1000)
        await snapshotWhere(machine(), isWell, rowMs)
        expect(await driftMs(forward.port)).toBeLessThan(1000)
        expect(await getEngine(socketPath(), '/_ping')).toBe('OK')
        expect(await sentinel.life()).toBe(life)
        await sentinel.expectKept()
      },
    )
  })
}

/**
 * By how much the guest's clock is off at least, as a container tells at its published port: what the question took is
 * no drift.
 */
async function driftMs(port: number): Promise<number> {
  const sent = Date.now()
  const told = await text(connect({ host: '127.0.0.1', port }))
  const guest = Number(told) * 1000
  expect(guest, told).toBeGreaterThan(0)
  return Math.max(0, sent - guest, guest - Date.now())
}
