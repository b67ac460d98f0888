import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Vaults } from '../../../main/credentials/vaults.ts'
import { openLog } from '../../../main/host/log.ts'
import { createPullPath } from '../../../main/mirrors/create.ts'
import { EngineNetwork } from '../../../main/network/engine-network.ts'
import { HostNetwork } from '../../../main/network/host-network.ts'
import { ProxyLogins } from '../../../main/network/logins.ts'
import { SettingsStore } from '../../../main/settings/store.ts'
import type { Machine } from '../../../vm/index.ts'
import { createDockerCli, type DockerCli } from '../../support/docker-cli.ts'
import { createAuthority } from '../../support/registry-lab/certificate.ts'
import {
  startForwardProxy,
  type TestForwardProxy,
} from '../../support/registry-lab/forward-proxy.ts'
import { startHostRegistry } from '../../support/registry-lab/host-registry.ts'

const rowMs = 600_000
const registryName = 'registry.corp.example'
const image = `${registryName}/team/app:1`
const hostName = 'host.docker.internal'
const password = 'canary-9d2f40c1'

/**
 * The guest's real engine behind a company's proxy, which wants a password and alone knows the way to a registry of the
 * company's own authority. The image `busybox` must be there.
 */
export function networkRows(machine: () => Machine, socketPath: () => string): void {
  describe("the host's network", () => {
    const authority = createAuthority()
    let stack: AsyncDisposableStack
    let folder: string
    let docker: DockerCli
    let settings: SettingsStore
    let network: HostNetwork
    let engine: EngineNetwork
    let proxy: TestForwardProxy
    let other: TestForwardProxy
    let pid: string
    let onHost: string

    const containerPid = async () =>
      (await docker(['inspect', '-f', '{{.State.Pid}}', 'through'])).stdout.trim()
    const enginePid = async () => String((await machine().exec(['pidof', 'dockerd'])).stdout).trim()
    const inGuest = async (script: string) =>
      String((await machine().exec(['sh', '-c', script])).stdout)

    beforeAll(async () => {
      await using making = new AsyncDisposableStack()
      folder = await mkdtemp(join(tmpdir(), 'berth-network-'))
      making.defer(() => rm(folder, { recursive: true, force: true }))
      docker = making.use(await createDockerCli(socketPath()))
      const certificate = authority.issue({ hosts: [registryName, hostName] })
      const registry = making.use(await startHostRegistry({ certificate }))
      onHost = `${hostName}:${registry.port}/team/app:1`
      const hosts = { [registryName]: registry.port }
      proxy = making.use(await startForwardProxy({ hosts, login: { username: 'mia', password } }))
      other = making.use(await startForwardProxy({ hosts }))
      const log = openLog(join(folder, 'app.log'))
      settings = await SettingsStore.open(join(folder, 'settings.json'))
      const [sealedLogins, plainLogins] = [join(folder, 'sealed.json'), join(folder, 'plain.json')]
      const vaults = new Vaults({
        files: { sealedLogins, plainLogins, tag: 'network' },
        ...{ env: {}, helperPlaces: { folders: [], names: [] }, log },
      })
      const logins = await ProxyLogins.open(join(folder, 'proxies.json'), { vaults, log })
      network = making.use(new HostNetwork({ settings, env: {}, logins, log }))
      const addressFile = join(folder, 'pull.json')
      const path = making.use(
        await createPullPath({
          ...{ settings, addressFile, network, log },
          credentialsFor: () => undefined,
        }),
      )
      const { address } = path
      engine = making.use(await EngineNetwork.open({ network, address, log }))
      making.use(path.follow(machine()))
      engine.follow(machine())
      await engine.settled()
      const run = await docker(['run', '-d', '--name', 'through', 'busybox', 'sleep', '100000'])
      expect(run.code, run.stderr).toBe(0)
      expect((await docker(['tag', 'busybox', image])).code).toBe(0)
      pid = await containerPid()
      stack = making.move()
    })
    afterAll(async () => {
      await docker(['rm', '-f', 'through'])
      await docker(['rmi', '-f', image])
      // The engine's own way back, for the rows that follow.
      await settings.set({ proxyMode: 'direct', authorities: [] })
      await engine.settled()
      await engine.restart()
      await stack.disposeAsync()
    })

    test(
      'is told to the engine, which waits for its start with what it reads there alone',
      { timeout: rowMs },
      async () => {
        expect(engine.state).toBe('used')
        await network.setLogin(proxy.url, { username: 'mia', password })
        await settings.set({ proxyMode: 'manual', httpProxy: proxy.url })
        await settings.set({ authorities: [authority.certificate] })
        await engine.settled()
        expect(engine.state).toBe('waiting')
        const before = await enginePid()
        await engine.restart()
        expect(engine.state).toBe('used')
        expect(await enginePid()).not.toBe(before)
        expect(await containerPid()).toBe(pid)
      },
    )

    test(
      'leads a push through a proxy that wants a password, to a registry of an own authority',
      { timeout: rowMs },
      async () => {
        const { code, stderr } = await docker(['push', image])
        expect(code, stderr).toBe(0)
        expect(proxy.asked).toContain(`CONNECT ${registryName}:443`)
      },
    )

    test('is not asked for a registry on this computer', { timeout: rowMs }, async () => {
      onTestFinished(async () => {
        await docker(['rmi', '-f', onHost])
      })
      expect((await docker(['tag', 'busybox', onHost])).code).toBe(0)
      const { code, stderr } = await docker(['push', onHost])
      expect(code, stderr).toBe(0)
      expect(proxy.asked.join()).not.toContain(hostName)
    })

    test('is what a build begins with, and a pull', { timeout: rowMs }, async () => {
      await docker(['rmi', '-f', image])
      await docker(['builder', 'prune', '--all', '--force'])
      const file = join(docker.buildContext, 'Dockerfile.network')
      await writeFile(file, `FROM ${image}\nADD https://${registryName}/v2/ /answer\n`)
      const built = await docker(['build', '-f', file, '-t', 'behind', docker.buildContext])
      expect(built.code, built.stderr).toBe(0)
      await docker(['rmi', '-f', 'behind'])
      const pulled = await docker(['pull', image])
      expect(pulled.code, pulled.stderr).toBe(0)
    })

    test(
      'counts from the next connection on when it changes, with no restart',
      { timeout: rowMs },
      async () => {
        const before = await enginePid()
        await settings.set({ httpProxy: other.url })
        await engine.settled()
        expect(engine.state).toBe('used')
        const count = proxy.asked.length
        await docker(['rmi', '-f', image])
        expect((await docker(['tag', 'busybox', image])).code).toBe(0)
        const pushed = await docker(['push', image])
        expect(pushed.code, pushed.stderr).toBe(0)
        expect(other.asked).toContain(`CONNECT ${registryName}:443`)
        expect(proxy.asked).toHaveLength(count)
        await settings.set({ httpProxy: proxy.url })
        await network.setLogin(proxy.url, { username: 'mia', password: 'wrong' })
        await docker(['builder', 'prune', '--all', '--force'])
        const refused = await docker(['push', image])
        expect(refused.code).toBe(1)
        expect(refused.stderr).toContain('another user name or password')
        await network.setLogin(proxy.url, { username: 'mia', password })
        expect((await docker(['push', image])).code).toBe(0)
        expect([await enginePid(), await containerPid()]).toEqual([before, pid])
      },
    )

    test(
      'leaves its password nowhere: not in the guest, nor in logs',
      { timeout: rowMs },
      async () => {
        const encoded = Buffer.from(`mia:${password}`).toString('base64')
        const told = await inGuest(
          'cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline /etc/docker/daemon.json /run/berth/proxy.used ' +
            '/etc/docker/certs.d/_default/hosts.toml /var/log/berth/*/current | tr "\\0" "\\n"',
        )
        const shown = await docker(['info', '--format', '{{.HTTPProxy}} {{.HTTPSProxy}}'])
        const secret = /"secret":"(\w+)"/.exec(
          await readFile(join(folder, 'pull.json'), 'utf8'),
        )?.[1]
        expect(secret).toMatch(/^[0-9a-f]{64}$/)
        expect(shown.stdout).toContain('10.0.2.2')
        expect(shown.stdout).not.toContain(secret)
        const log = await readFile(join(folder, 'app.log'), 'utf8').catch(() => '')
        const kept = await readFile(join(folder, 'settings.json'), 'utf8')
        for (const text of [told, shown.stdout, log, kept])
          for (const one of [password, encoded]) expect(text).not.toContain(one)
      },
    )
  })
}
