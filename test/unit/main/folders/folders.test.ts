import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { MachineSnapshot } from '#vm'
import { Folders } from '../../../../main/folders/folders.ts'
import { SettingsStore } from '../../../../main/settings/store.ts'
import { FakeVirtiofs, noVirtiofs } from '../../../support/fake-virtiofs.ts'
import { startSftpPair } from '../../../support/sftp-pair.ts'

const log = { file: '', write: () => undefined, failure: () => undefined }
let folder: string
let settings: SettingsStore
let folders: Folders

beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'berth-folders-')))
  for (const name of ['one', 'two', 'one/own']) mkdirSync(join(folder, name))
  settings = await SettingsStore.open(join(folder, 'settings.json'))
  await settings.set({ shares: [{ path: join(folder, 'one'), readOnly: false }] })
  const privateFolder = join(folder, 'one', 'own')
  folders = new Folders({ ownersFile: join(folder, 'owners'), privateFolder, settings, log })
})
afterEach(async () => {
  await folders[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const running = { phase: 'running' } as MachineSnapshot['state']

/** A machine that notes which lists it is given to mount. */
function fakeMachine() {
  const lists: string[] = []
  const machine = {
    phase: 'starting',
    tell: (): void => undefined,
    virtiofs: noVirtiofs,
    lists,
    get snapshot() {
      return {
        state: { phase: machine.phase },
        stages: [],
        health: [],
      } as unknown as MachineSnapshot
    },
    onChange(listener: (snapshot: MachineSnapshot) => void) {
      machine.tell = () => {
        listener(machine.snapshot)
      }
      return () => undefined
    },
    exec(_command: readonly string[], options?: { input?: string | Buffer }) {
      lists.push(String(options?.input))
      return Promise.resolve({ code: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) })
    },
  }
  return machine
}

it('mounts what is shared once the machine runs, and again when that changes', async () => {
  const machine = fakeMachine()
  folders.follow(machine)
  expect(machine.lists).toEqual([])
  machine.phase = 'running'
  machine.tell()
  machine.tell()
  await vi.waitFor(() => {
    expect(machine.lists).toHaveLength(1)
  })
  expect(machine.lists[0]).toMatch(new RegExp(`^/run/berth/folders/[0-9a-f]{8}\t${folder}/one\n$`))
  await settings.set({ shares: [{ path: join(folder, 'two'), readOnly: true }] })
  await vi.waitFor(() => {
    expect(machine.lists).toHaveLength(2)
  })
  expect(machine.lists[1]).toContain(`\t${folder}/two\n`)
  await settings.set({ theme: 'dark' })
  expect(machine.lists).toHaveLength(2)
  expect(folders.toGuest(join(folder, 'one')).kind).toBe('not-shared')
})

it('serves what is shared now, and never its own folder', async () => {
  writeFileSync(join(folder, 'one/file'), 'one')
  writeFileSync(join(folder, 'one/own/key'), 'key')
  await using pair = await startSftpPair((stream) => {
    folders.guestSocket.onStream(stream)
  })
  const read = (path: string) => promisify<Buffer>((done) => pair.client.readFile(path, done))()
  expect(String(await read(join(folder, 'one/file')))).toBe('one')
  await expect(read(join(folder, 'one/own/key'))).rejects.toThrow()
  await settings.set({ shares: [{ path: join(folder, 'two'), readOnly: true }] })
  await expect(read(join(folder, 'one/file'))).rejects.toThrow()
})

it('serves no socket of its own, wherever they are', async () => {
  const socketFolder = join(folder, 'one/run')
  mkdirSync(socketFolder)
  writeFileSync(join(socketFolder, 'docker.sock'), '')
  const ownersFile = join(folder, 'more-owners')
  const privateFolder = join(folder, 'one/own')
  await using served = new Folders({ ownersFile, privateFolder, socketFolder, settings, log })
  await using pair = await startSftpPair((stream) => {
    served.guestSocket.onStream(stream)
  })
  const call = promisify(pair.client.unlink.bind(pair.client))
  await expect(call(join(socketFolder, 'docker.sock'))).rejects.toThrow()
  const move = promisify(pair.client.rename.bind(pair.client))
  await expect(move(socketFolder, join(folder, 'one/away'))).rejects.toThrow()
  expect(readdirSync(socketFolder)).toEqual(['docker.sock'])
})

it('keeps the data disk from containers, also where it lies in a shared folder', async () => {
  const disk = join(folder, 'one/data.raw')
  writeFileSync(disk, 'disk')
  await using pair = await startSftpPair((stream) => {
    folders.guestSocket.onStream(stream)
  })
  const read = promisify(pair.client.readFile.bind(pair.client))
  expect(String(await read(disk))).toBe('disk')
  folders.hide(disk)
  await expect(read(disk)).rejects.toThrow()
  const unlink = promisify(pair.client.unlink.bind(pair.client))
  await expect(unlink(disk)).rejects.toThrow()
  const link = promisify(pair.client.ext_openssh_hardlink.bind(pair.client))
  await expect(link(disk, join(folder, 'one/link'))).rejects.toThrow()
  expect(readdirSync(join(folder, 'one'))).toEqual(['data.raw', 'own'])
})

it('has nothing poked before it is known to come by its own server', async () => {
  const machine = fakeMachine()
  const one = join(folder, 'one')
  let looks = 0
  folders.onShares(() => looks++)
  folders.follow(machine)
  expect(folders.locate(one)).toBeUndefined()
  machine.phase = 'running'
  machine.tell()
  await vi.waitFor(() => {
    expect(machine.lists).toHaveLength(1)
  })
  expect(looks).toBe(1)
  expect(folders.locate(one)).toMatchObject({ host: one })
})

it('has nothing poked that is a device of the machine, which is mounted by its tag', async () => {
  const virtiofs = new FakeVirtiofs()
  const machine = { ...fakeMachine(), virtiofs, phase: 'running' }
  await settings.set({ shares: [{ path: join(folder, 'two'), readOnly: false }] })
  folders.follow({ ...machine, snapshot: { ...machine.snapshot, state: running } })
  await vi.waitFor(() => {
    expect(machine.lists).toHaveLength(1)
  })
  const [device] = virtiofs.devices
  expect(machine.lists[0]).toContain(`\tvirtiofs:${device?.tag ?? ''}\n`)
  expect(folders.locate(join(folder, 'two'))).toBeUndefined()
})
