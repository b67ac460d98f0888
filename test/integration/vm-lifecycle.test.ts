import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  createQemuMachine,
  lookAtMachine,
  type LinkName,
  type Machine,
  type MachineConfig,
} from '../../vm/index.ts'
import { dockerRows } from './rows/docker.ts'
import { folderRows } from './rows/folders.ts'
import { portRows } from './rows/ports.ts'
import { proxyRows } from './rows/proxy.ts'
import { registryRows } from './rows/registry.ts'
import { createFolderLab, type FolderLab } from '../support/folder-lab.ts'
import { getEngine, machineConfig, processesWith, snapshotWhere } from '../support/machine.ts'

const bootMs = 400_000

// One story on one machine, in order: each row goes on where the one before stopped. Two boots in all.
let home: string
let config: MachineConfig
let lab: FolderLab
let machine: Machine
let firstPid: number
let firstBoot: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth vm, "é 名" '))
  lab = await createFolderLab()
  const made = await machineConfig({}, home)
  config = lab.configure(made.config)
  machine = createQemuMachine(config)
})

afterAll(async () => {
  await machine.stop({ graceMs: 15_000 })
  await machine[Symbol.asyncDispose]()
  await lab[Symbol.asyncDispose]()
  await rm(home, { recursive: true, force: true })
})

test(
  'a machine outlives the app that was killed, and the next app adopts it',
  { timeout: bootMs },
  async () => {
    const app = startApp(home)
    const booting = await lineOf(app, 'BOOTING')
    await lineOf(app, 'READY')
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
  },
)

test('a second app on the same folder is told that it is in use', async () => {
  const other = createQemuMachine(config)
  await expect(other.start()).rejects.toMatchObject({ code: 'disk-in-use' })
  await other[Symbol.asyncDispose]()
  expect(await getEngine(config.engine.hostSocket, '/_ping')).toBe('OK')
})

dockerRows(() => config.engine.hostSocket)
portRows(
  () => machine,
  () => config.engine.hostSocket,
)
folderRows(
  () => lab,
  () => config.engine.hostSocket,
)
registryRows(() => config.engine.hostSocket)
proxyRows(
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

test(
  'after QEMU was killed the machine boots again and what was synced is there',
  { timeout: bootMs },
  async () => {
    await machine.exec(['sh', '-c', 'echo kept >/data/sentinel && sync'])
    process.kill(firstPid, 'SIGKILL')
    const failed = await snapshotWhere(machine, ({ state }) => state.phase === 'failed', 30_000)
    expect(failed.state).toMatchObject({ error: { code: 'machine-vanished' } })
    await snapshotWhere(machine, ({ state }) => state.phase === 'running', bootMs)
    const { stdout } = await machine.exec(['cat', '/data/sentinel'])
    expect(stdout.toString()).toBe('kept\n')
    expect(await bootId()).not.toBe(firstBoot)
  },
)

test('a stop powers the guest off and leaves no process, socket or listener', async () => {
  const { state } = machine.snapshot
  const port = state.phase === 'running' ? state.process.sshPort : 0
  const report = await machine.stop()
  expect(report.graceful).toBe(true)
  expect(report.ms).toBeLessThan(40_000)
  expect(machine.snapshot.state).toEqual({ phase: 'stopped' })
  expect(await processesWith(home.slice(-6))).toEqual([])
  expect(await readdir(config.socketFolder)).toEqual([])
  expect(await isListening(port)).toBe(false)
  expect((await readdir(config.folder)).filter((name) => /tmp|lock|runtime/.test(name))).toEqual([])
})

/** Before any app has adopted it. */
async function expectSeen(pid: number): Promise<void> {
  await using look = await lookAtMachine(config)
  expect(look.snapshot.state).toMatchObject({ phase: 'running', process: { pid } })
  expect(await getEngine(look.engineSocket ?? '', '/_ping')).toBe('OK')
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

async function isListening(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect({ host: '127.0.0.1', port })
  socket.on('connect', () => {
    resolve(true)
  })
  socket.on('error', () => {
    resolve(false)
  })
  const listening = await promise
  socket.destroy()
  return listening
}
