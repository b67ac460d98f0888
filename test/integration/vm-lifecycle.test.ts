import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  createQemuMachine,
  lookAtMachine,
  type LinkName,
  type Machine,
  type MachineConfig,
} from '../../vm/index.ts'
import { cycleRows } from './rows/cycles.ts'
import { dockerRows } from './rows/docker.ts'
import { engineSettingsRows } from './rows/engine-settings.ts'
import { folderRows } from './rows/folders.ts'
import { givenBackRows } from './rows/given-back.ts'
import { frozenRows } from './rows/frozen.ts'
import { guestFullRows } from './rows/guest-full.ts'
import { healRows } from './rows/heal.ts'
import { limitRows } from './rows/limits.ts'
import { linkFaultRows } from './rows/link-faults.ts'
import { networkRows } from './rows/network.ts'
import { outOfMemoryRows } from './rows/out-of-memory.ts'
import { portRows } from './rows/ports.ts'
import { proxyRows } from './rows/proxy.ts'
import { privateImageRows } from './rows/private-images.ts'
import { pullRows } from './rows/pulls.ts'
import { reclaimRows } from './rows/reclaim.ts'
import { registryRows } from './rows/registry.ts'
import { setAsideRows } from './rows/set-aside.ts'
import { createDockerCli, type DockerCli } from '../support/docker-cli.ts'
import { createFolderLab, type FolderLab } from '../support/folder-lab.ts'
import { countedFile, hasCounted, startCounter } from '../support/fsync-counter.ts'
import { expectNothingLeft } from '../support/leftovers.ts'
import { getEngine, machineConfig, processesWith, snapshotWhere } from '../support/machine.ts'
import { type Sentinel, startSentinel } from '../support/sentinel.ts'
import { toTar } from '../support/tar.ts'
import { expectTold } from '../support/told-error.ts'
import { listenForEnds } from '../support/unasked-ends.ts'

const full = process.env['BERTH_TEST_FULL'] === '1'
const bootMs = 400_000

// One story on one machine, in order: each row goes on where the one before stopped. Two boots in all.
let home: string
let config: MachineConfig
let lab: FolderLab
let machine: Machine
let docker: DockerCli
let ends: () => string[]
let sentinel: Sentinel
let firstPid: number
let firstBoot: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth vm, "é 名" '))
  lab = await createFolderLab()
  const made = await machineConfig({}, home)
  config = lab.configure(made.config)
  machine = createQemuMachine(config)
  ends = listenForEnds(machine)
  docker = await createDockerCli(config.engine.hostSocket)
})

afterAll(async () => {
  await machine.stop({ graceMs: 15_000 })
  await machine[Symbol.asyncDispose]()
  await lab[Symbol.asyncDispose]()
  await docker[Symbol.asyncDispose]()
  await rm(home, { recursive: true, force: true })
})

afterEach(({ task }) => {
  if (task.result?.state === 'fail' && ends().length > 0) throw new Error(ends().join('\n'))
})

test(
  'a machine outlives the app that was killed with its containers, and the next app adopts it',
  { timeout: bootMs },
  async () => {
    const app = startApp(home)
    const booting = await lineOf(app, 'BOOTING')
    await lineOf(app, 'READY')
    await importBusybox('outlives')
    const outlives = await startSentinel(docker, 'outlives')
    const life = await outlives.life()
    await killed(app)
    firstPid = Number(booting.split(' ')[1])
    expect(await processesWith(home.slice(-6))).toEqual([firstPid])
    await expectSeen(firstPid)

    expect(await machine.adopt()).toBe(true)
    lab.follow(machine)
    expect(machine.snapshot.state).toMatchObject({
      phase: 'running',
      process: { pid: firstPid, adopted: true, slow: true, cpus: 2, memoryMiB: 2048 },
    })
    expect(await getEngine(config.engine.hostSocket, '/_ping')).toBe('OK')
    firstBoot = await bootId()
    expect(await outlives.life()).toBe(life)
    await outlives.expectKept()
    await outlives.remove()
  },
)

test('a second app on the same folder is told that it is in use', async () => {
  const other = createQemuMachine(config)
  await expect(other.start()).rejects.toMatchObject({ code: 'disk-in-use' })
  await other[Symbol.asyncDispose]()
  expect(await getEngine(config.engine.hostSocket, '/_ping')).toBe('OK')
})

dockerRows(() => config.engine.hostSocket)
limitRows(
  () => machine,
  () => config,
)
portRows(
  () => machine,
  () => config.engine.hostSocket,
)
folderRows(
  () => lab,
  () => config.engine.hostSocket,
)
pullRows(
  () => machine,
  () => config.engine.hostSocket,
)
privateImageRows(
  () => machine,
  () => config.engine.hostSocket,
)
// Where the app is no more that the engine pulled by, which goes on without.
registryRows(() => config.engine.hostSocket)
proxyRows(
  () => machine,
  () => config.engine.hostSocket,
)

engineSettingsRows(
  () => machine,
  () => config.engine.hostSocket,
)
networkRows(
  () => machine,
  () => config.engine.hostSocket,
)
reclaimRows(
  () => machine,
  () => config.engine.hostSocket,
)

test('a cut link heals by itself while connections wait, and the guest runs on', async () => {
  const repairing = snapshotWhere(machine, () => healthOf('ssh').state === 'repairing', 30_000)
  // The parent of what ssh runs is the server's process of this very connection.
  await machine.exec(['sh', '-c', 'kill -9 $PPID']).catch(() => undefined)
  await repairing
  expect(await getEngine(config.engine.hostSocket, '/_ping')).toBe('OK')
  await snapshotWhere(machine, () => healthOf('ssh').state === 'ok', 30_000)
  expect(healthOf('ssh')).toMatchObject({ repairs: 1, repairedAt: expect.any(Number) })
  expect(await bootId()).toBe(firstBoot)
})

test('a socket that somebody removed is put back', async () => {
  await rm(config.engine.hostSocket)
  await machine.exec(['sh', '-c', 'kill -9 $PPID']).catch(() => undefined)
  await snapshotWhere(machine, () => healthOf('socket').repairs === 1, 60_000)
  expect(await getEngine(config.engine.hostSocket, '/_ping')).toBe('OK')
})

healRows(
  () => machine,
  () => config.engine.hostSocket,
)
linkFaultRows(
  () => machine,
  () => config,
)
outOfMemoryRows(
  () => machine,
  () => config,
)
givenBackRows(
  () => machine,
  () => config.engine.hostSocket,
)
guestFullRows(
  () => machine,
  () => config.engine.hostSocket,
)
setAsideRows(
  () => machine,
  () => config.engine.hostSocket,
)
frozenRows(
  () => machine,
  () => config.engine.hostSocket,
)

test(
  'after QEMU was killed the machine boots again, what was synced is there, and who is to be back is',
  { timeout: bootMs },
  async () => {
    sentinel = await startSentinel(docker)
    const life = await sentinel.life()
    let synced = 0
    const counting = Promise.withResolvers<undefined>()
    await startCounter(machine, (number) => {
      synced = number
      if (number >= 20) counting.resolve(undefined)
    })
    await counting.promise
    process.kill(firstPid, 'SIGKILL')
    const failed = await snapshotWhere(machine, ({ state }) => state.phase === 'failed', 30_000)
    expectTold('error' in failed.state && failed.state.error, 'machine-vanished')
    await snapshotWhere(machine, ({ state }) => state.phase === 'running', bootMs)
    const { stdout } = await machine.exec(['cat', `/data${countedFile}`])
    expect(hasCounted(stdout.toString(), synced)).toBe(true)
    expect(await bootId()).not.toBe(firstBoot)
    const again = await sentinel.life()
    expect(again).toMatch(/^running /)
    expect(again).not.toBe(life)
    await sentinel.expectKept()
  },
)

const stopped = full ? ' under ten containers' : ''
test(
  `a stop powers the guest off${stopped} and leaves no process, socket or listener`,
  { timeout: bootMs },
  async () => {
    for (let more = full ? 9 : 0; more > 0; more--) {
      const run = await docker([
        'run',
        '-d',
        '--name',
        `runs-${more}`,
        'busybox',
        'sleep',
        '100000',
      ])
      expect(run.code, run.stderr).toBe(0)
    }
    const report = await machine.stop()
    expect(report.graceful).toBe(true)
    expect(report.ms).toBeLessThan(40_000)
    expect(machine.snapshot.state).toEqual({ phase: 'stopped' })
    await expectNothingLeft(config)
  },
)

cycleRows(
  () => machine,
  () => config,
  () => sentinel,
)

/** Before any app has adopted it. */
async function expectSeen(pid: number): Promise<void> {
  await using look = await lookAtMachine(config)
  expect(look.snapshot.state).toMatchObject({ phase: 'running', process: { pid } })
  expect(await getEngine(look.engineSocket ?? '', '/_ping')).toBe('OK')
}

/** Without a build, which takes its time. */
async function importBusybox(name: string): Promise<void> {
  const busybox = await readFile(join(docker.buildContext, 'busybox'))
  const links = [
    'sh',
    'head',
    'ln',
    'mkdir',
    'sync',
    'sleep',
    'usleep',
    'find',
    'sort',
    'sha256sum',
  ]
  const tar = toTar([
    { name: 'bin/busybox', mode: 0o755, content: busybox },
    ...links.map((link) => ({ name: `bin/${link}`, type: '2' as const, link: 'busybox' })),
  ])
  const { code, stderr } = await docker(['import', '-', name], tar)
  expect(code, stderr).toBe(0)
}

async function bootId(): Promise<string> {
  const { stdout } = await machine.exec(['cat', '/proc/sys/kernel/random/boot_id'])
  return stdout.toString().trim()
}

function healthOf(name: LinkName) {
  const found = machine.snapshot.health.find(({ link }) => link === name)
  if (!found) throw new Error(`no health of ${name}`)
  return found
}

function startApp(folder: string): ChildProcess {
  const script = join(import.meta.dirname, '../support/app-to-kill.ts')
  return spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function lineOf(app: ChildProcess, start: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  if (!app.stdout) throw new Error('no output')
  const lines = createInterface({ input: app.stdout })
  lines.on('line', (line) => {
    if (line.startsWith(start)) resolve(line)
  })
  app.once('exit', (code) => {
    reject(new Error(`the app ended with ${code ?? 'a signal'}`))
  })
  return promise
}

async function killed(app: ChildProcess): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  app.once('exit', () => {
    resolve(undefined)
  })
  app.kill('SIGKILL')
  return promise
}
