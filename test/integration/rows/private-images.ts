import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Machine } from '../../../vm/index.ts'
import { openControl } from '../../../main/control/server.ts'
import { GuestHosts } from '../../../main/mirrors/guest-hosts.ts'
import { readPullAddress } from '../../../main/mirrors/pull-address.ts'
import { openConnectProxy } from '../../support/connect-proxy.ts'
import { createDockerCli, type DockerCli } from '../../support/docker-cli.ts'
import { type FakeApp, startFakeApp } from '../../support/fake-app.ts'
import { createPassHelper } from '../../support/pass-helper.ts'
import { removeRegistry, startRegistry } from '../../support/registry.ts'
import { createAuthority } from '../../support/registry-lab/certificate.ts'
import { startHostRegistry, toHtpasswd } from '../../support/registry-lab/host-registry.ts'
import { pushImage } from '../../support/registry-lab/registry-content.ts'
import { startRegistryFaultProxy } from '../../support/registry-lab/registry-fault-proxy.ts'
import { toTar } from '../../support/tar.ts'

const elsewhere = 'registry.example'
const image = `${elsewhere}/team/private:1`
const auth = { kind: 'basic', user: 'me', password: 'right-7f3a' } as const
const helperFile = join(import.meta.dirname, '../../../main/cli/docker-credential-berth.mjs')

/**
 * The guest's real engine and the real docker command, with a login that the app keeps. What a login does without a
 * machine is in registry-logins.test.ts.
 */
export function privateImageRows(getMachine: () => Machine, socketPath: () => string): void {
  describe('with a login', () => {
    let stack: AsyncDisposableStack
    let fake: FakeApp
    let docker: DockerCli
    /** The registry here that takes the login; one in the guest, at the same address of its own, takes the push. */
    let near: string

    beforeAll(async () => {
      await using making = new AsyncDisposableStack()
      const folder = await mkdtemp(join(tmpdir(), 'berth-private-'))
      making.defer(() => rm(folder, { recursive: true, force: true }))
      await symlink(helperFile, join(folder, 'docker-credential-berth'))
      const certificate = createAuthority().issue({ hosts: [elsewhere] })
      trust(making, certificate.authority)

      const registry = making.use(await startHostRegistry({ auth }))
      near = new URL(registry.url).host
      const door = making.use(await startRegistryFaultProxy(registry, { certificate }))
      const proxy = making.use(await openConnectProxy({ [`${elsewhere}:443`]: door.port }))
      const helper = making.use(await createPassHelper())
      const env = { ...helper.env, PATH: folder, HTTPS_PROXY: proxy.url }
      const options = { stepMs: 0, env, credentialHelpers: helper.places }
      fake = making.use(await startFakeApp(options))
      making.use(await openControl(fake.app))

      const { home } = fake.app.paths
      docker = making.use(
        await createDockerCli(socketPath(), {
          PATH: [folder, process.env['PATH']].join(delimiter),
          ...{ BERTH_HOME: home, XDG_RUNTIME_DIR: home, DOCKER_CONFIG: join(home, 'docker') },
        }),
      )
      const content = await readFile(join(docker.buildContext, 'busybox'))
      const layer = toTar([{ name: 'bin/busybox', mode: 0o755, content }])
      await pushImage(registry, 'team/private:1', { layers: [layer] })
      const htpasswd = await toHtpasswd(auth)
      making.defer(() => removeRegistry(docker))
      await startRegistry(docker, folder, { port: registry.port, htpasswd })
      const hosts = making.use(await tellGuest(getMachine(), fake))
      await hosts.settled()
      stack = making.move()
    })
    afterAll(() => stack.disposeAsync())

    const logIn = (registry: string) =>
      fake.app.api.registries.logIn({ registry, username: auth.user, password: auth.password })

    test('a private image is pulled by way of the app, and not without', async () => {
      expect((await docker(['pull', image])).code).toBe(1)
      await logIn(elsewhere)
      const { code, stderr } = await docker(['pull', image])
      expect(code, stderr).toBe(0)
      await docker(['rmi', '-f', image])
      await fake.app.api.registries.logOut(elsewhere)
      expect((await docker(['pull', image])).code).toBe(1)
    })

    test('docker itself pushes and pulls, once it was told to ask us, and not before', async () => {
      const pushed = `${near}/team/pushed:1`
      await logIn(elsewhere)
      await docker(['pull', image])
      await docker(['tag', image, pushed])
      expect((await docker(['push', pushed])).stderr).toMatch(/no basic auth|unauthorized|denied/)
      await logIn(near)
      await fake.app.api.registries.linkDocker(near, true)
      const push = await docker(['push', pushed])
      expect(push.code, push.stderr).toBe(0)
      await docker(['rmi', '-f', pushed])
      const pull = await docker(['pull', pushed])
      expect(pull.code, pull.stderr).toBe(0)
      await docker(['rmi', '-f', pushed, image])
    })

    test('the guest has no password of it', async () => {
      const folders = ['/etc', '/root', '/run', '/var/log']
      const search = ['grep', '-rlsF', '-D', 'skip', auth.password, ...folders]
      expect((await getMachine().exec(search)).stdout.toString()).toBe('')
    })
  })
}

/** In this process, where the app runs: as an authority that this computer's administrator has added. */
function trust(stack: AsyncDisposableStack, authority: string): void {
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, authority])
  stack.defer(() => setDefaultCACertificates(before))
}

async function tellGuest(machine: Machine, fake: FakeApp): Promise<GuestHosts> {
  const address = await readPullAddress(fake.app.paths.pullAddress)
  const fail = (event: string, detail: unknown) => {
    throw new Error(`${event}: ${JSON.stringify(detail)}`)
  }
  const log = { write: fail, failure: fail, file: '' }
  return new GuestHosts({ machine, address: () => address, log })
}
