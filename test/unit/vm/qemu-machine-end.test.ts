import type { ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import ssh2 from 'ssh2'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { machineFiles } from '../../../vm/files.ts'
import { createQemuMachine, type Machine, type MachineConfig } from '../../../vm/index.ts'
import { ensureKey } from '../../../vm/ssh/keys.ts'
import { machineConfig, snapshotWhere } from '../../support/machine.ts'
import { spawnQemu } from '../../support/stand-in-qemu.ts'

let home: string
let config: MachineConfig
let lines: string[]
let machine: Machine
let qemu: ChildProcess
let server: ssh2.Server
let sshPort: number

// A machine that was adopted and runs; the image is missing, so that starting it again is told as a failure.
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-end-'))
  const imageFolder = join(home, 'image')
  ;({ config, lines } = await machineConfig({ imageFolder }, home))
  config.engine.probe = () => Promise.resolve()
  const files = machineFiles(config.folder, config.socketFolder)
  await mkdir(config.folder)
  await ensureKey(files.userKey, 'berth')
  const { privateKey } = await ensureKey(files.hostKey, 'berth-guest')
  await writeFile(files.serial, 'berth: disk 1.0\nberth: sshd 2.0\n')
  sshPort = await serveSsh(privateKey)
  machine = createQemuMachine(config)
  await adoptAnew()
})

afterEach(async () => {
  await machine[Symbol.asyncDispose]()
  qemu.kill('SIGKILL')
  server.close()
  await rm(home, { recursive: true, force: true })
})

test('a machine that died is started again', async () => {
  qemu.kill('SIGKILL')
  await snapshotWhere(machine, () => startsFailed() === 1, 4000)
  expect(lines.some((line) => line.includes('machine-ended'))).toBe(true)
})

test('a second death within five minutes is its last, and a later one is not', async () => {
  qemu.kill('SIGKILL')
  await snapshotWhere(machine, () => startsFailed() === 1, 4000)
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    await adoptAnew()
    vi.advanceTimersByTime(5 * 60_000 - 1000)
    qemu.kill('SIGKILL')
    await snapshotWhere(machine, ({ state }) => state.phase === 'failed', 4000)
    await delay(100)
    expect(machine.snapshot.state).toMatchObject({ error: { code: 'machine-vanished' } })
    expect(startsFailed()).toBe(1)
    expect(await readdir(config.folder)).not.toContain('lock.json')
    await adoptAnew()
    vi.advanceTimersByTime(5 * 60_000 + 1000)
    qemu.kill('SIGKILL')
    await snapshotWhere(machine, () => startsFailed() === 2, 4000)
  } finally {
    vi.useRealTimers()
  }
})

test('a stop in the moment of its death holds', async () => {
  const stopped = whenDead(() => machine.stop())
  qemu.kill('SIGKILL')
  expect(await stopped).toMatchObject({ graceful: true })
  await delay(100)
  expect(machine.snapshot.state).toEqual({ phase: 'stopped' })
  expect(startsFailed()).toBe(0)
  expect(await readdir(config.folder)).not.toContain('lock.json')
})

test('a start in the moment of its death is the only one, and keeps the lock for itself', async () => {
  const started = whenDead(() => machine.start())
  qemu.kill('SIGKILL')
  await expect(started).rejects.toMatchObject({ code: 'image-missing' })
  await delay(100)
  expect(startsFailed()).toBe(1)
})

test('a machine that is let go in the moment of its death is not started again', async () => {
  const gone = whenDead(async () => {
    await machine[Symbol.asyncDispose]()
  })
  qemu.kill('SIGKILL')
  await gone
  await delay(100)
  expect(startsFailed()).toBe(0)
  expect(await readdir(config.folder)).not.toContain('lock.json')
})

test('a running machine is powered off and leaves nothing', async () => {
  expect(await machine.stop()).toMatchObject({ graceful: true })
  expect(machine.snapshot.state).toEqual({ phase: 'stopped' })
  expect(await readdir(config.folder)).not.toContain('runtime.json')
})

/** One more process in QEMU's place, which the machine takes over. */
async function adoptAnew(): Promise<void> {
  const files = machineFiles(config.folder, config.socketFolder)
  await rm(files.qmpSocket, { force: true })
  qemu = await spawnQemu(files, { qmpPath: files.qmpSocket, sshPort })
  expect(await machine.adopt()).toBe(true)
}

/** What `act` gives, called as soon as the end is told, while it is still being cleared up. */
function whenDead<T>(act: () => Promise<T>): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>()
  const leave = machine.onChange(({ state }) => {
    if (state.phase !== 'failed') return
    leave()
    resolve(act())
  })
  return promise
}

function startsFailed(): number {
  return lines.filter((line) => line.includes('start-failed')).length
}

async function serveSsh(hostKey: string): Promise<number> {
  server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    client.on('error', () => undefined)
    client.on('authentication', (login) => {
      login.accept()
    })
    client.on('session', (accept) => {
      accept()
        .on('pty', (agree) => {
          agree()
        })
        .on('exec', (agree) => {
          agree()
        })
    })
  })
  const listening = Promise.withResolvers<undefined>()
  server.listen(0, '127.0.0.1', () => {
    listening.resolve(undefined)
  })
  await listening.promise
  const address: unknown = server.address()
  return z.object({ port: z.int() }).parse(address).port
}
