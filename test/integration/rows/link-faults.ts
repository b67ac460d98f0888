import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EngineChanges } from '../../../main/engine/changes.ts'
import { createEngineClient } from '../../../main/engine/client.ts'
import { followEngine } from '../../../main/engine/follow.ts'
import type { LinkHealth, Machine, MachineConfig } from '../../../vm/index.ts'
import { createDockerCli, type DockerCli } from '../../support/docker-cli.ts'
import { type Fault, type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts'
import { getEngine, snapshotWhere } from '../../support/machine.ts'

const full = process.env['BERTH_TEST_FULL'] === '1'
const rowMs = 240_000
/** A dead link is noticed after so long at most. */
const noticedMs = 15_000
/** All is well again so long after the network is, besides what a guest in emulation takes to greet. */
const healedMs = 2000

/** What networks do to the link, and how soon all is well again after. The image `busybox` must be there. */
export function linkFaultRows(machine: () => Machine, config: () => MachineConfig): void {
  describe('a network that fails', () => {
    let proxy: FaultProxy
    let docker: DockerCli
    let pid: string
    let lab: FeedLab
    /** What a dial takes just now, and no network in the way: under emulation on a busy computer, seconds. */
    let dialMs: number

    const socket = () => config().engine.hostSocket
    const ssh = (): LinkHealth =>
      machine().snapshot.health.find(({ link }) => link === 'ssh') ?? {
        ...{ link: 'ssh', state: 'unknown', repairs: 0 },
      }
    const redialled = async () => {
      const { repairs } = ssh()
      const began = performance.now()
      await machine()
        .exec(['sh', '-c', 'kill -9 $PPID'])
        .catch(() => undefined)
      await snapshotWhere(machine(), () => ssh().state === 'ok' && ssh().repairs > repairs, 60_000)
      dialMs = performance.now() - began
      await whenWell(machine())
    }
    const containerPid = async () =>
      (await docker(['inspect', '-f', '{{.State.Pid}}', 'goes-on'])).stdout.trim()

    beforeAll(async () => {
      const { state } = machine().snapshot
      if (state.phase !== 'running') throw new Error('no machine')
      proxy = await startFaultProxy({ to: { port: state.process.sshPort } })
      config().sshDoor = () => proxy.port
      docker = await createDockerCli(socket())
      const run = await docker(['run', '-d', '--name', 'goes-on', 'busybox', 'sleep', '100000'])
      expect(run.code, run.stderr).toBe(0)
      pid = await containerPid()
      lab = createFeedLab(machine(), socket())
      await redialled()
    }, rowMs)
    afterAll(async () => {
      lab[Symbol.dispose]()
      config().sshDoor = undefined
      await redialled()
      await proxy[Symbol.asyncDispose]()
      await docker(['rm', '-f', 'goes-on'])
      await docker[Symbol.asyncDispose]()
    }, rowMs)

    /** Breaks the network for as long as given, counted from when that is noticed, and looks at all that hangs on it. */
    const breaks = async (fault: Fault, seconds: number) => {
      const underWay = settledAt(getEngine(socket(), '/containers/goes-on/logs?follow=1&stdout=1'))
      await getEngine(socket(), '/_ping')
      proxy.set(fault)
      const struck = performance.now()
      await snapshotWhere(machine(), () => ssh().state === 'repairing', 60_000)
      const noticed = performance.now()
      const newcomer = settledAt(getEngine(socket(), '/_ping'))
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000 - (noticed - struck)))
      const resyncs = lab.resyncs.length
      const healed = performance.now()
      proxy.set('none')
      await lab.answered(socket())
      const answered = performance.now()
      await lab.resynced(resyncs)
      const told = performance.now()
      const [ended, served] = [await underWay, await newcomer]
      const ms = {
        ...{ noticed: noticed - struck, underWay: ended.at - noticed },
        ...{ answered: answered - healed, resync: told - healed, newcomer: served.at - healed },
      }
      const hint = JSON.stringify({ dialMs, ...ms })
      const soonMs = healedMs + 4 * dialMs
      expect(ms.noticed, hint).toBeLessThan(noticedMs + 2 * dialMs)
      expect(ended.ok).toBe(false)
      expect(ms.underWay, hint).toBeLessThan(1000)
      expect(ms.answered, hint).toBeLessThan(soonMs)
      expect(ms.resync, hint).toBeLessThan(soonMs)
      // Served, or refused while it waited.
      expect(ms.newcomer, hint).toBeLessThan(soonMs)
      await whenWell(machine())
      expect(await containerPid()).toBe(pid)
    }

    test('resets', { timeout: rowMs }, () => breaks('reset', 5))
    test('swallows all', { timeout: rowMs }, () => breaks('forget', full ? 60 : 20))
    test.runIf(full)('ends', { timeout: rowMs }, () => breaks('end', 5))
    test.runIf(full)('holds all for a minute', { timeout: rowMs }, () => breaks('hold', 60))

    test.runIf(full)('gets one bit wrong', { timeout: rowMs }, async () => {
      const { repairs } = ssh()
      proxy.set('corrupt')
      await getEngine(socket(), '/_ping').catch(() => undefined)
      await snapshotWhere(machine(), () => ssh().repairs > repairs, 60_000)
      await lab.answered(socket())
      await whenWell(machine())
      expect(await containerPid()).toBe(pid)
    })

    test.runIf(full).each(['delay', 'throttle'] as const)(
      'is slow (%s), which is worked with or told, and forgotten',
      { timeout: rowMs },
      async (fault) => {
        proxy.set(fault)
        // Served late, or refused: in any case there is an end.
        await settledAt(getEngine(socket(), '/_ping'))
        await new Promise((resolve) => setTimeout(resolve, 30_000))
        const healed = performance.now()
        proxy.set('none')
        await lab.answered(socket())
        expect(performance.now() - healed).toBeLessThan(healedMs + 4 * dialMs)
        await whenWell(machine())
        expect(await containerPid()).toBe(pid)
      },
    )

    test('holds all for so short that nobody notices', { timeout: rowMs }, async () => {
      const { repairs } = ssh()
      proxy.set('hold')
      const asked = getEngine(socket(), '/_ping')
      await new Promise((resolve) => setTimeout(resolve, 5000))
      proxy.set('none')
      expect(await asked).toBe('OK')
      expect(ssh()).toMatchObject({ state: 'ok', repairs })
    })

    test(
      'leaves a feed open that says nothing more: it is read anew',
      { timeout: rowMs },
      async () => {
        const path = join(config().socketFolder, 'feed.sock')
        await using stall = await startFaultProxy({ to: { path: socket() }, path })
        using feed = createFeedLab(machine(), path)
        await feed.resynced(0)
        stall.set('forget')
        stall.set('none')
        await docker(['volume', 'create', 'unseen'])
        const told = performance.now()
        await feed.resynced(1)
        expect(performance.now() - told).toBeLessThan(healedMs + dialMs)
        await docker(['volume', 'rm', 'unseen'])
      },
    )
  })
}

interface FeedLab extends Disposable {
  /** When the engine's feed was read anew. */
  resyncs: number[]
  resynced(count: number): Promise<void>
  /** Asks until there is an answer. */
  answered(socketPath: string): Promise<void>
}

/** The engine's feed as the app reads it. */
function createFeedLab(machine: Machine, socketPath: string): FeedLab {
  const log = { file: '', write: () => undefined, failure: () => undefined }
  const client = createEngineClient(socketPath)
  const changes = new EngineChanges(client, log)
  const resyncs: number[] = []
  let told = Promise.withResolvers<undefined>()
  changes.on('resync', () => {
    resyncs.push(performance.now())
    told.resolve(undefined)
    told = Promise.withResolvers()
  })
  const watch = followEngine(machine, client, changes)
  return {
    resyncs,
    async resynced(count) {
      while (resyncs.length <= count) await told.promise
    },
    async answered(path) {
      while ((await getEngine(path, '/_ping').catch(() => '')) !== 'OK');
    },
    [Symbol.dispose]() {
      watch[Symbol.dispose]()
      changes[Symbol.dispose]()
    },
  }
}

async function settledAt(promise: Promise<unknown>): Promise<{ ok: boolean; at: number }> {
  const ok = await promise.then(
    () => true,
    () => false,
  )
  return { ok, at: performance.now() }
}

async function whenWell(machine: Machine): Promise<void> {
  await snapshotWhere(machine, ({ health }) => health.every(({ state }) => state === 'ok'), 60_000)
}
