import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LinkHealth, LinkName, Machine, VmErrorCode } from '../../../vm/index.ts'
import { createDockerCli, type DockerCli } from '../../support/docker-cli.ts'
import { getEngine, snapshotWhere } from '../../support/machine.ts'
import { expectTold } from '../../support/told-error.ts'

const full = process.env['BERTH_TEST_FULL'] === '1'
const rowMs = 240_000
const clockMendedMs = 10_000
/** Nobody says when a clock is set, but who wakes does. A kernel takes no time at which it would not have been booted. */
const clocks = [
  { what: 'an hour behind, as after sleep', date: '$(($(date +%s) - 3600))', woken: true },
  { what: 'a day ahead', date: '$(($(date +%s) + 86400))', woken: false },
  { what: 'in 1970', date: '86400', woken: false },
]

/** What breaks within a running machine and mends itself, each told apart. The image `busybox` must be there. */
export function healRows(machine: () => Machine, socketPath: () => string): void {
  describe('a machine mends by itself', () => {
    let docker: DockerCli
    let pid: string

    const guest = async (...command: string[]) =>
      String((await machine().exec(command)).stdout).trim()
    const healthOf = (name: LinkName): LinkHealth =>
      machine().snapshot.health.find(({ link }) => link === name) ?? {
        ...{ link: name, state: 'unknown', repairs: 0 },
      }
    const whenMended = (name: LinkName, repairs: number) =>
      snapshotWhere(
        machine(),
        () => healthOf(name).state === 'ok' && healthOf(name).repairs > repairs,
        120_000,
      )
    const whenDown = (name: LinkName, code: VmErrorCode) =>
      snapshotWhere(machine(), () => healthOf(name).error?.code === code, 120_000)
    const containerPid = async () =>
      (await docker(['inspect', '-f', '{{.State.Pid}}', 'lives'])).stdout.trim()
    /** The next client is the first to notice. */
    const ask = () => getEngine(socketPath(), '/_ping', AbortSignal.timeout(2000)).catch(() => '')

    beforeAll(async () => {
      docker = await createDockerCli(socketPath())
      const run = await docker(['run', '-d', '--name', 'lives', 'busybox', 'sleep', '100000'])
      expect(run.code, run.stderr).toBe(0)
      pid = await containerPid()
    })
    afterAll(async () => {
      await docker(['rm', '-f', 'lives'])
      await docker[Symbol.asyncDispose]()
    })

    test.each(full ? clocks : clocks.slice(0, 1))(
      'a clock that is $what',
      { timeout: rowMs },
      async ({ date, woken }) => {
        const { repairs } = healthOf('clock')
        const mended = whenMended('clock', repairs)
        await guest('sh', '-c', `date -s @${date}`)
        const set = performance.now()
        if (woken) machine().look()
        await mended
        expect(performance.now() - set).toBeLessThan(clockMendedMs)
        expectTold(healthOf('clock').mended, 'clock-drift')
        const before = Date.now()
        const now = Number(await guest('date', '+%s')) * 1000
        expect(now).toBeGreaterThan(before - 2000)
        expect(now).toBeLessThan(Date.now() + 1000)
        expect(await containerPid()).toBe(pid)
      },
    )

    test('an engine that is held', { timeout: rowMs }, async () => {
      const { repairs } = healthOf('engine')
      const [down, mended] = [whenDown('engine', 'engine-frozen'), whenMended('engine', repairs)]
      await guest('pkill', '-STOP', '-x', 'dockerd')
      await ask()
      machine().look()
      await down
      await mended
      expect(healthOf('ssh')).toMatchObject({ state: 'ok' })
      expect(await containerPid()).toBe(pid)
    })

    test('an engine that is killed, under containers that go on', { timeout: rowMs }, async () => {
      const { repairs } = healthOf('engine')
      const [down, mended] = [whenDown('engine', 'engine-down'), whenMended('engine', repairs)]
      await guest('pkill', '-9', '-x', 'dockerd')
      await ask()
      await down
      await mended
      expect(await containerPid()).toBe(pid)
    })

    test('a link whose other end was killed', { timeout: rowMs }, async () => {
      const { repairs } = healthOf('ssh')
      const mended = whenMended('ssh', repairs)
      await guest('sh', '-c', 'killall -9 sshd; killall -9 sshd-session').catch(() => undefined)
      await mended
      expect(await getEngine(socketPath(), '/_ping')).toBe('OK')
      expect(await containerPid()).toBe(pid)
    })

    test.runIf(full)(
      'no engine that dies four times in a minute: that is told with its reason',
      { timeout: rowMs },
      async () => {
        const down = whenDown('engine', 'engine-gave-up')
        // How it died in the rows before is within this minute on a quick computer.
        await guest('rm', '-f', '/run/berth/dockerd.ends')
        for (let time = 0; time < 4; time++) {
          const last = await guest(
            'sh',
            '-c',
            'until pkill -9 -x dockerd; do usleep 50000; done; cat /run/runit/dockerd/stat',
          )
          expect(last).not.toBe('')
        }
        machine().look()
        await down
        expect(String(healthOf('engine').error?.params['why'])).toContain('four times in a minute')
        const { repairs } = healthOf('engine')
        const mended = whenMended('engine', repairs)
        await guest('sv', 'up', '/etc/service/dockerd')
        await mended
        expect(await containerPid()).toBe(pid)
      },
    )
  })
}
