import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EngineSettings } from '../../../main/engine-settings/engine-settings.ts'
import { EngineSettingsFiles } from '../../../main/engine-settings/files.ts'
import { openLog } from '../../../main/host/log.ts'
import type { Machine } from '../../../vm/index.ts'
import { createDockerCli, type DockerCli } from '../../support/docker-cli.ts'
import { getEngine, snapshotWhere } from '../../support/machine.ts'
import { startHostRegistry } from '../../support/registry-lab/host-registry.ts'
import { pushImage } from '../../support/registry-lab/registry-content.ts'

const full = process.env['BERTH_TEST_FULL'] === '1'
const rowMs = 600_000
const mirror = 'https://mirror.example/'

/** What the engine is set to, under a container that goes on through all of it. The image `busybox` must be there. */
export function engineSettingsRows(machine: () => Machine, socketPath: () => string): void {
  describe('engine settings', () => {
    let folder: string
    let docker: DockerCli
    let settings: EngineSettings
    let pid: string

    const containerPid = async () =>
      (await docker(['inspect', '-f', '{{.State.Pid}}', 'goes-on'])).stdout.trim()
    const info = async (format: string) =>
      (await docker(['info', '--format', format])).stdout.trim()
    const enginePid = async () => String((await machine().exec(['pidof', 'dockerd'])).stdout).trim()
    const engineIsOk = () =>
      machine().snapshot.health.some(({ link, state }) => link === 'engine' && state === 'ok')
    /** A look may fall into a start of the engine, and says so until the next. */
    const whenOk = async () => {
      machine().look()
      if (!engineIsOk()) await snapshotWhere(machine(), engineIsOk, 120_000)
    }

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'berth-engine-'))
      docker = await createDockerCli(socketPath())
      const files = await EngineSettingsFiles.open(
        join(folder, 'engine.json'),
        join(folder, 'engine.good.json'),
      )
      settings = new EngineSettings({
        machine: machine(),
        files,
        log: openLog(join(folder, 'log')),
      })
      const run = await docker(['run', '-d', '--name', 'goes-on', 'busybox', 'sleep', '100000'])
      expect(run.code, run.stderr).toBe(0)
      pid = await containerPid()
    })
    afterAll(async () => {
      settings[Symbol.dispose]()
      await docker(['rm', '-f', 'goes-on'])
      await docker[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    })

    test(
      'what can be is taken on, and given up, by the engine that runs',
      { timeout: rowMs },
      async () => {
        const before = await enginePid()
        await settings.apply(JSON.stringify({ 'registry-mirrors': [mirror], debug: true }))
        expect(await info('{{json .RegistryConfig.Mirrors}} {{.Debug}}')).toBe(`["${mirror}"] true`)
        await settings.apply('{}')
        expect(await info('{{json .RegistryConfig.Mirrors}} {{.Debug}}')).toMatch(
          /^(null|\[\]) false$/,
        )
        expect(await enginePid()).toBe(before)
      },
    )

    test('a registry without TLS is pulled from once it is named', { timeout: rowMs }, async () => {
      await using registry = await startHostRegistry()
      await pushImage(registry, 'team/plain:1')
      const host = `10.0.2.2:${registry.port}`
      const pull = () => docker(['pull', `${host}/team/plain:1`])
      expect((await pull()).code).toBe(1)
      await settings.apply(JSON.stringify({ 'insecure-registries': [host] }))
      const { code, stderr } = await pull()
      expect(code, stderr).toBe(0)
      await docker(['rmi', `${host}/team/plain:1`])
      await settings.apply('{}')
      expect((await pull()).code).toBe(1)
    })

    test.runIf(full)(
      'settings with which it does not start are taken back, and its containers go on',
      { timeout: rowMs },
      async () => {
        await settings.apply('{"shutdown-timeout": 12}')
        const text = '{"seccomp-profile": "/nowhere.json"}'
        const refused = settings.apply(text)
        await expect(refused).rejects.toMatchObject({ code: 'engine-settings-taken-back' })
        expect(await getEngine(socketPath(), '/_ping')).toBe('OK')
        const { text: now, takenBack } = await settings.get()
        expect(now).toBe('{"shutdown-timeout": 12}')
        expect(takenBack?.changes.map(({ key }) => key)).toEqual([
          'seccomp-profile',
          'shutdown-timeout',
        ])
        expect(String(takenBack?.error.params['said'])).toContain('nowhere.json')
        expect(await containerPid()).toBe(pid)
        await settings.apply('{}')
        await whenOk()
      },
    )

    test.runIf(full)(
      'a bridge that another network has is taken on, and all networks are kept',
      { timeout: rowMs },
      async () => {
        const made = await docker(['network', 'create', 'kept'])
        const bridge = `br-${made.stdout.slice(0, 12)}`
        await settings.apply(JSON.stringify({ bridge }))
        expect((await docker(['network', 'inspect', 'kept'])).code).toBe(0)
        expect(await containerPid()).toBe(pid)
        await settings.apply('{}')
        expect((await docker(['network', 'rm', 'kept'])).code).toBe(0)
        await whenOk()
      },
    )

    test.runIf(full)(
      'what it reads at its start is there after it, and five starts are no end that counts',
      { timeout: 2 * rowMs },
      async () => {
        // What is about the bridge itself waits until no container runs: live-restore leaves that as it is.
        for (const size of [20, 21, 22, 23, 24]) {
          const before = await enginePid()
          const pools = [{ base: '10.201.0.0/16', size }]
          await settings.apply(JSON.stringify({ 'default-address-pools': pools }))
          expect(await enginePid()).not.toBe(before)
        }
        expect(await info('{{json .DefaultAddressPools}}')).toContain('"Size":24')
        expect(await containerPid()).toBe(pid)
        await settings.apply('{}')
        await whenOk()
      },
    )

    test('what is about the default bridge is said to wait for containers', async () => {
      expect((await settings.check('{"mtu": 1400, "debug": true}')).held).toEqual(['mtu'])
    })

    test('what its own check refuses changes nothing', { timeout: rowMs }, async () => {
      const before = await enginePid()
      // Ours lets it pass, as it knows no host.
      const text = '{"node-generic-resources": ["gpu=a=b"]}'
      await expect(settings.apply(text)).rejects.toMatchObject({ code: 'engine-settings-refused' })
      expect(await enginePid()).toBe(before)
    })
  })
}
