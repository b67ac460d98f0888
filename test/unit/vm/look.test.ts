import type { ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { machineFiles, type MachineFiles } from '../../../vm/files.ts'
import {
  createQemuMachine,
  lookAtMachine,
  type LinkName,
  type MachineConfig,
  type MachineSnapshot,
} from '../../../vm/index.ts'
import { getEngine, machineConfig } from '../../support/machine.ts'
import { startSshServer, type SshServer } from '../../support/ssh-server.ts'
import { spawnQemu } from '../../support/stand-in-qemu.ts'

let home: string
let config: MachineConfig
let files: MachineFiles
let ssh: SshServer
let engine: Server
let qemu: ChildProcess | undefined

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-look-'))
  ;({ config } = await machineConfig({ imageFolder: join(home, 'image') }, home))
  config.engine.guestSocket = join(home, 'guest.sock')
  files = machineFiles(config.folder, config.socketFolder)
  await mkdir(config.folder)
  ssh = await startSshServer()
  await writeFile(files.userKey, ssh.privateKey)
  await writeFile(files.hostKey, ssh.hostPrivateKey)
  engine = createServer((_request, response) => response.end('OK'))
})

afterEach(async () => {
  qemu?.kill('SIGKILL')
  qemu = undefined
  engine.close()
  await ssh[Symbol.asyncDispose]()
  await rm(home, { recursive: true, force: true })
})

test('where nothing runs, nothing is seen and nothing is left', async () => {
  const before = await readdir(home, { recursive: true })
  await using look = await lookAtMachine(config)
  expect(look.snapshot.state).toEqual({ phase: 'stopped' })
  expect(look.engineSocket).toBeUndefined()
  expect(await readdir(home, { recursive: true })).toEqual(before)
})

test('a machine that runs is seen with its engine, and can be taken over meanwhile', async () => {
  await listen()
  qemu = await spawnQemu(files, { qmpPath: files.qmpSocket, sshPort: ssh.port })
  const before = await readdir(home, { recursive: true })
  {
    await using look = await lookAtMachine(config)
    expect(look.snapshot.state).toMatchObject({
      phase: 'running',
      process: { pid: qemu.pid, sshPort: ssh.port, adopted: true },
    })
    expect(healthOf(look.snapshot)).toMatchObject({ process: 'ok', ssh: 'ok', engine: 'ok' })
    expect(await getEngine(look.engineSocket ?? '', '/_ping')).toBe('OK')
    await writeFile(files.serial, 'berth: disk 1.0\nberth: sshd 2.0\n')
    await using machine = createQemuMachine(config)
    expect(await machine.adopt()).toBe(true)
  }
  await rm(files.serial)
  expect(await readdir(home, { recursive: true })).toEqual(before)
})

test('what a guest does not answer stays unknown', async () => {
  qemu = await spawnQemu(files, { qmpPath: files.qmpSocket, sshPort: ssh.port })
  await using silent = await lookAtMachine(config)
  expect(healthOf(silent.snapshot)).toMatchObject({ process: 'ok', ssh: 'ok', engine: 'unknown' })
  expect(silent.engineSocket).toBeUndefined()
  await rm(files.userKey)
  await using strange = await lookAtMachine(config)
  expect(healthOf(strange.snapshot)).toMatchObject({ process: 'ok', ssh: 'unknown' })
  expect(await readdir(config.folder)).not.toContain('id_ed25519')
})

function healthOf({ health }: MachineSnapshot): Partial<Record<LinkName, string>> {
  return Object.fromEntries(health.map(({ link, state }) => [link, state]))
}

async function listen(): Promise<void> {
  const listening = Promise.withResolvers<undefined>()
  engine.listen(config.engine.guestSocket, () => {
    listening.resolve(undefined)
  })
  await listening.promise
}
