import type { ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeDurably } from '../../../vm/durable-file.ts'
import { machineFiles } from '../../../vm/files.ts'
import { createQemuMachine, type Machine, type MachineConfig } from '../../../vm/index.ts'
import { expectNothingLeft } from '../../support/leftovers.ts'
import { machineConfig, snapshotWhere } from '../../support/machine.ts'
import { type SshServer, startSshServer } from '../../support/ssh-server.ts'
import { spawnQemu } from '../../support/stand-in-qemu.ts'
import { expectTold } from '../../support/told-error.ts'

let home: string
let config: MachineConfig
let machine: Machine
let qemu: ChildProcess
let guest: SshServer
let rogue: SshServer

// A machine that runs, whose guest is a real ssh server, and a second one with another host key.
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-rogue-'))
  ;({ config } = await machineConfig({ imageFolder: join(home, 'image') }, home))
  config.engine.probe = () => Promise.resolve()
  const files = machineFiles(config.folder, config.socketFolder)
  await mkdir(config.folder)
  guest = await startSshServer()
  rogue = await startSshServer()
  await writeDurably(files.userKey, guest.privateKey)
  await writeDurably(files.hostKey, guest.hostPrivateKey)
  await writeFile(files.serial, 'berth: disk 1.0\nberth: sshd 2.0\n')
  qemu = await spawnQemu(files, { qmpPath: files.qmpSocket, sshPort: guest.port })
  machine = createQemuMachine(config)
})

afterEach(async () => {
  await machine[Symbol.asyncDispose]()
  qemu.kill('SIGKILL')
  await guest[Symbol.asyncDispose]()
  await rogue[Symbol.asyncDispose]()
  await rm(home, { recursive: true, force: true })
})

test('another ssh server at the port of a running machine is refused before it is told anything', async () => {
  config.sshDoor = () => rogue.port
  const adopting = machine.adopt()
  await expect(adopting).rejects.toMatchObject({ params: { port: rogue.port } })
  expectTold(await adopting.catch((error: unknown) => error), 'ssh-host-key-mismatch')
  expect(machine.snapshot.state).toMatchObject({
    ...{ phase: 'failed', stage: 'ssh', error: { code: 'ssh-host-key-mismatch' } },
  })
  expect(rogue.attempts).toBe(0)
  // What it could not reach it leaves alone.
  expect(qemu.exitCode).toBeNull()
  delete config.sshDoor
  expect(await machine.adopt()).toBe(true)
})

test('another ssh server that comes in the place of the guest is refused and told, until the guest is back', async () => {
  expect(await machine.adopt()).toBe(true)
  config.sshDoor = () => rogue.port
  guest.cut()
  const ssh = () => machine.snapshot.health.find(({ link }) => link === 'ssh')
  await snapshotWhere(machine, () => ssh()?.error?.code === 'ssh-host-key-mismatch', 10_000)
  expectTold(ssh()?.error, 'ssh-host-key-mismatch')
  expect(ssh()?.state).toBe('repairing')
  expect(rogue.attempts).toBe(0)
  delete config.sshDoor
  await snapshotWhere(machine, () => ssh()?.state === 'ok', 10_000)
})

test('a machine whose port somebody else has is stopped all the same, and leaves nothing', async () => {
  config.sshDoor = () => rogue.port
  expect(await machine.stop()).toMatchObject({ graceful: true })
  expect(rogue.attempts).toBe(0)
  await guest[Symbol.asyncDispose]()
  await rogue[Symbol.asyncDispose]()
  await expectNothingLeft(config)
})
