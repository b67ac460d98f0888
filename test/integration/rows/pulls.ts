import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Machine } from '../../../vm/index.ts'
import { EngineChanges } from '../../../main/engine/changes.ts'
import { createEngineClient } from '../../../main/engine/client.ts'
import { Images } from '../../../main/engine/images.ts'
import { GuestHosts } from '../../../main/mirrors/guest-hosts.ts'
import { createDockerCli, type DockerCli } from '../../support/docker-cli.ts'
import { createPullLab, labRegistry, type PullLab } from '../../support/pull-lab.ts'
import { type HostRegistry, startHostRegistry } from '../../support/registry-lab/host-registry.ts'
import { pushImage } from '../../support/registry-lab/registry-content.ts'
import {
  type RegistryFaultProxy,
  startRegistryFaultProxy,
} from '../../support/registry-lab/registry-fault-proxy.ts'
import { toTar } from '../../support/tar.ts'

const full = process.env['BERTH_TEST_FULL'] === '1'
const image = `${labRegistry}/team/app:1`

/**
 * The guest's real engine pulls by way of the app, from real registries of this computer that it could not find by itself.
 * What each fault does is shown without a machine, in pull-path.test.ts.
 */
export function pullRows(getMachine: () => Machine, socketPath: () => string): void {
  describe('an image of a registry that the guest cannot find', () => {
    let stack: AsyncDisposableStack
    let docker: DockerCli
    let registry: HostRegistry
    let mirror: RegistryFaultProxy
    let original: RegistryFaultProxy
    let lab: PullLab
    let hosts: GuestHosts

    beforeAll(async () => {
      await using making = new AsyncDisposableStack()
      docker = making.use(await createDockerCli(socketPath()))
      registry = making.use(await startHostRegistry())
      await push(registry, docker)
      mirror = making.use(await startRegistryFaultProxy(registry))
      original = making.use(await startRegistryFaultProxy(registry))
      lab = making.use(await createPullLab({ endpoints: [mirror, original] }))
      hosts = making.use(tellGuest(getMachine(), lab))
      await hosts.settled()
      stack = making.move()
    })
    afterAll(() => stack.disposeAsync())

    const isUp = async () => String((await getMachine().exec(['pidof', 'dockerd'])).stdout).trim()

    test('is pulled by way of the app from its mirror, and the engine was not restarted for it', async () => {
      const before = await isUp()
      const { code, stderr } = await docker(['pull', image])
      expect(code, stderr).toBe(0)
      expect(lab.totalOf(mirror)).toBeGreaterThan(0)
      expect(lab.totalOf(original)).toBe(0)
      expect(await isUp()).toBe(before)
    })

    test('runs, and what runs does not reach what the engine pulls from', async () => {
      const url = `http://10.0.2.2:${lab.port}/v2/`
      const wget = ['/bin/busybox', 'wget', '-T', '3', '-O', '-', url]
      const { code, stderr } = await docker(['run', '--rm', image, ...wget])
      expect(code).not.toBe(0)
      expect(stderr).toContain('timed out')
    })

    test.runIf(full)(
      'is what a build begins with, from the next one when its mirror stops',
      async () => {
        await docker(['rmi', '-f', image])
        await docker(['builder', 'prune', '--all', '--force'])
        await mirror.set({ kind: 'cut', afterBytes: 100_000 })
        await writeFile(
          join(docker.buildContext, 'Dockerfile.pulled'),
          `FROM ${image}\nLABEL a=b\n`,
        )
        const file = join(docker.buildContext, 'Dockerfile.pulled')
        const { code, stderr } = await docker([
          'build',
          '-f',
          file,
          '-t',
          'pulled',
          docker.buildContext,
        ])
        expect(code, stderr).toBe(0)
        expect(lab.totalOf(original)).toBeGreaterThan(0)
        await docker(['rmi', '-f', 'pulled'])
      },
    )

    test('goes on where it was when its pull was cancelled in the middle of a layer', async () => {
      const content = randomBytes(8_000_000)
      const layer = toTar([{ name: 'content', mode: 0o644, content }])
      const { layers } = await pushImage(registry, 'team/large:1', { layers: [layer] })
      const size = layers[0]?.size ?? 0
      // The mirror rests since it failed in the row before.
      lab.forgive()
      for (const one of [mirror, original]) {
        await one.set({ kind: 'stall', afterBytes: 5_000_000, on: 'blob' })
        one.clear()
      }
      const client = createEngineClient(socketPath())
      const images = new Images(client, new EngineChanges(client, strictLog()))
      const isStuck = mirror.until(({ state }) => state === 'stalled')
      const cancel = new AbortController()
      let cancelledAt = 0
      for await (const { current = 0 } of images.pull(`${labRegistry}/team/large:1`, cancel)) {
        // The engine itself says that it has got some of it.
        if (cancel.signal.aborted || current < 1_000_000) continue
        await isStuck
        cancel.abort()
        cancelledAt = performance.now()
      }
      // It has let go, and was not left after the ten seconds that it is given.
      expect(performance.now() - cancelledAt).toBeLessThan(9000)
      for (const one of [mirror, original]) {
        await one.set()
        one.clear()
      }
      const lines = await Array.fromAsync(images.pull(`${labRegistry}/team/large:1`))
      expect(lines.at(-1)?.message).toMatch(/Downloaded newer image/)
      const asked = [...mirror.requests, ...original.requests].filter(
        ({ kind, path }) => kind === 'blob' && path.includes(layers[0]?.digest ?? ''),
      )
      expect(asked.map(({ range }) => range)).toEqual([expect.stringMatching(/^bytes=[1-9]\d*-/)])
      expect(asked[0]?.bytes).toBeLessThan(size - 1_000_000)
      await docker(['rmi', '-f', `${labRegistry}/team/large:1`])
    })

    test('is told as what it is when nobody can be reached', async () => {
      for (const one of [mirror, original]) await one.set({ kind: 'refuse' })
      const { code, stderr } = await docker(['pull', `${labRegistry}/team/app:2`])
      expect(code).toBe(1)
      expect(stderr).toContain(`${labRegistry} refuses the connection.`)
      await docker(['rmi', '-f', image])
    })
  })
}

async function push(registry: HostRegistry, docker: DockerCli): Promise<void> {
  const content = await readFile(join(docker.buildContext, 'busybox'))
  const layer = toTar([{ name: 'bin/busybox', mode: 0o755, content }])
  await pushImage(registry, 'team/app:1', { layers: [layer] })
}

function tellGuest(machine: Machine, lab: PullLab): GuestHosts {
  const address = () => ({ port: lab.port, secret: lab.secret })
  return new GuestHosts({ machine, address, log: strictLog() })
}

/** Nothing of these rows is to be told of. */
function strictLog() {
  const fail = (event: string, detail: unknown) => {
    throw new Error(`${event}: ${JSON.stringify(detail)}`)
  }
  return { write: fail, failure: fail, file: '' }
}
