import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Machine } from '../../../vm/index.ts'
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
  const fail = (event: string, detail: unknown) => {
    throw new Error(`${event}: ${JSON.stringify(detail)}`)
  }
  const log = { write: fail, failure: fail, file: '' }
  return new GuestHosts({ machine, address: () => ({ port: lab.port, secret: lab.secret }), log })
}
