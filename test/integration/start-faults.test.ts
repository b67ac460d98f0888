import { execFile, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { machineFiles, type MachineFiles } from '../../vm/files.ts'
import {
  createQemuMachine,
  type Machine,
  type MachineConfig,
  type VmErrorCode,
} from '../../vm/index.ts'
import { hostArch } from '../../vm/qemu/accel.ts'
import { findProgram } from '../../vm/qemu/find.ts'
import { expectNothingLeft } from '../support/leftovers.ts'
import { machineConfig, processesWith, snapshotWhere } from '../support/machine.ts'
import { emptyInitrd, idleGuest, stubConfig, writeStubImage } from '../support/stub-image.ts'
import { expectTold } from '../support/told-error.ts'

// What can be in the way of a start, met by the real QEMU. No row boots a guest that gets as far as its own system.
const run = promisify(execFile)
const starter = fileURLToPath(new URL('../support/start-to-kill.ts', import.meta.url))
const full = process.env['BERTH_TEST_FULL'] === '1'

let home: string
let config: MachineConfig
let files: MachineFiles
let machine: Machine

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-start-'))
  ;({ config } = await machineConfig(stubConfig(home), home))
  files = machineFiles(config.folder, config.socketFolder)
  machine = createQemuMachine(config)
})

afterEach(async () => {
  await machine.stop({ graceMs: 0 }).catch(() => undefined)
  await machine[Symbol.asyncDispose]()
  expect(await processesWith(home)).toEqual([])
  await rm(home, { recursive: true, force: true })
})

describe('a guest that cannot boot', () => {
  // A kernel that panics is tried three times.
  test.runIf(full)('without init is told, and the disk is as it was', async () => {
    await writeStubImage(config.imageFolder, { initrd: emptyInitrd() })
    const error = await expectUnbootable('system-failed')
    expect(error).toMatchObject({
      params: { reason: expect.stringContaining('Kernel panic - not syncing') },
      serial: expect.arrayContaining([expect.stringContaining('Kernel panic - not syncing')]),
    })
  })

  test('since its kernel is none is told, and the disk is as it was', async () => {
    await writeStubImage(config.imageFolder, { kernel: randomBytes(100_000) })
    await expectUnbootable('qemu-failed')
  })

  async function expectUnbootable(code: VmErrorCode): Promise<unknown> {
    const before = await plantDisk()
    const error = await machine.start().catch((cause: unknown) => cause)
    expectTold(error, code)
    expect(machine.snapshot.state).toMatchObject({ phase: 'failed', stage: 'boot' })
    expect(sha256(await readFile(files.disk))).toBe(before)
    await expectNothingLeft(config)
    return error
  }
})

describe('in place of the socket of QMP', () => {
  test('a file is left alone and named', async () => {
    await writeStubImage(config.imageFolder, idleGuest)
    await writeFile(files.qmpSocket, 'precious')
    await expectTaken(files.qmpSocket, 'file')
    expect(await readFile(files.qmpSocket, 'utf8')).toBe('precious')
  })

  test('a folder is left alone and named', async () => {
    await writeStubImage(config.imageFolder, idleGuest)
    await mkdir(files.qmpSocket)
    await expectTaken(files.qmpSocket, 'folder')
    expect((await stat(files.qmpSocket)).isDirectory()).toBe(true)
  })

  test('a socket that somebody answers is left alone and named', async () => {
    await writeStubImage(config.imageFolder, idleGuest)
    const stranger = createServer().listen(files.qmpSocket)
    await once(stranger, 'listening')
    const { ino } = await stat(files.qmpSocket)
    await expectTaken(files.qmpSocket, 'in-use')
    expect((await stat(files.qmpSocket)).ino).toBe(ino)
    stranger.close()
  })

  test('a dead socket is no hindrance', async () => {
    await writeStubImage(config.imageFolder, idleGuest)
    await plantDeadSocket(files.qmpSocket)
    await reachQemu(machine)
    await expectNothingLeft(config)
  })

  test('a machine that nobody has a record of is told as what holds the disk', async () => {
    await writeStubImage(config.imageFolder, idleGuest)
    await reachQemu(machine, async () => {
      const [pid] = await processesWith(home)
      await using other = createQemuMachine({ ...config, folder: join(home, 'another') })
      await expect(other.start()).rejects.toMatchObject({ code: 'disk-in-use' })
      expect(await processesWith(home)).toEqual([pid])
    })
  })

  async function expectTaken(path: string, reason: string): Promise<void> {
    await expect(machine.start(AbortSignal.timeout(20_000))).rejects.toMatchObject({
      code: 'socket-taken',
      params: { path, reason },
    })
    expect(await processesWith(home)).toEqual([])
    expect(await readdir(config.folder)).not.toContain('runtime.json')
  }
})

describe('a start whose app is killed', () => {
  const lastChange = 'answers'

  test.each([
    ['with half a key', 'writeFile guest_host_ed25519 1'],
    ['before there is a disk', 'open data.raw 1'],
    ['with a disk that nothing tells of', 'rename disk.json 1'],
    ['before QEMU', 'open qemu.log 1'],
    ['right after QEMU was started', 'writeFile runtime.json 2'],
    ['once QEMU answers', lastChange],
  ])('%s is done by the next one', async (_when, at) => {
    await writeStubImage(config.imageFolder, idleGuest)
    const told = await cut(at)
    expect(told.at(-1)).toContain(at)
    await expectStartable(at)
  })

  test('with a disk that was not grown yet is done by the next one', async () => {
    await writeStubImage(config.imageFolder, idleGuest)
    await mkdir(config.folder)
    await writeFile(files.disk, '')
    await expectStartable('')
    expect((await stat(files.disk)).size).toBe(64 * 1024 ** 2)
  })

  test.runIf(full)(
    'at any change of a file is done by the next one, with and without its QEMU',
    { timeout: 900_000 },
    async () => {
      await writeStubImage(config.imageFolder, idleGuest)
      for (let at = 1; ; at++) {
        const told = await cut(String(at))
        if (at % 2 === 0) await endQemus()
        await expectStartable(told.at(-1) ?? '')
        if (told.at(-1) === lastChange) {
          expect(at).toBeGreaterThan(30)
          return
        }
        for (const folder of [config.folder, config.socketFolder])
          await rm(folder, { recursive: true })
      }
    },
  )

  /** Resolves with what the app told before it died. */
  async function cut(at: string): Promise<string[]> {
    const app = spawn(process.execPath, [starter, home, at], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const told = await text(app.stdout)
    if (app.exitCode === null && app.signalCode === null) await once(app, 'exit')
    expect(app.signalCode, told).toBe('SIGKILL')
    return told.trim().split('\n')
  }

  async function endQemus(): Promise<void> {
    for (const pid of await processesWith(home)) process.kill(pid, 'SIGKILL')
  }

  /** A later start, on another day, gets as far as any; it takes over what runs, and nothing is left afterwards. */
  async function expectStartable(when: string): Promise<void> {
    const running = await processesWith(home)
    const yesterday = Date.now() / 1000 - 86_400
    for (const name of await readdir(config.folder).catch(() => []))
      if (name.endsWith('.tmp') || name.startsWith('lock.json.'))
        await utimes(join(config.folder, name), yesterday, yesterday)
    await using later = createQemuMachine(config)
    await reachQemu(later, async () => {
      const now = await processesWith(home)
      expect(now, when).toEqual(running.length > 0 ? running : [expect.any(Number)])
    })
    await later.stop({ graceMs: 0 })
    await expectNothingLeft(config)
  }
})

describe.runIf(process.getuid?.() === 0)('a disk of this computer that is full', () => {
  beforeEach(() => mkdir(config.folder))
  afterEach(async () => {
    // This comes before the hook that stops it, and a machine that still runs holds its files open.
    await machine.stop({ graceMs: 0 }).catch(() => undefined)
    await run('umount', [config.folder])
  })
  const give = (size: string) =>
    run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'berth-test', config.folder])

  test('before the first start is told, and nothing half made remains', async () => {
    await writeStubImage(config.imageFolder, idleGuest)
    await give('4k')
    for (let pages = 1; pages < 12; pages++) {
      await run('mount', ['-o', `remount,size=${pages * 4}k`, config.folder])
      const error = await machine.start().catch((cause: unknown) => cause)
      expectTold(error, 'disk-full')
      await expectNothingLeft(config)
      for (const name of await readdir(config.folder))
        expect((await stat(join(config.folder, name))).size, name).toBeGreaterThan(0)
    }
    await run('mount', ['-o', 'remount,size=2g', config.folder])
    await reachQemu(machine)
  })

  test('that holds a disk already is told, and the disk is as it was', async () => {
    await writeStubImage(config.imageFolder, idleGuest)
    await give('65m')
    const before = await plantDisk()
    expectTold(await machine.start().catch((cause: unknown) => cause), 'disk-full')
    expect(sha256(await readFile(files.disk))).toBe(before)
    await expectNothingLeft(config)
  })
})

describe.runIf(process.platform === 'linux')('an accelerator that is there and fails', () => {
  const before = process.env['BERTH_QEMU']
  beforeEach(async () => {
    await writeStubImage(config.imageFolder, idleGuest)
    const folder = (process.env['BERTH_QEMU'] = join(home, 'qemu'))
    const program = await findProgram('qemu-system-x86_64', { PATH: process.env['PATH'] })
    await mkdir(folder)
    const refuse = 'echo "ioctl(KVM_CREATE_VM) failed: failed to initialize kvm" >&2; exit 1'
    const script = `case "$*" in *"-accel kvm"*) ${refuse};; esac\nexec '${program}' "$@"`
    await writeFile(join(folder, 'qemu-system-x86_64'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  })
  afterEach(() => {
    if (before === undefined) delete process.env['BERTH_QEMU']
    else process.env['BERTH_QEMU'] = before
  })

  test.runIf(hostArch() === 'amd64')(
    'is made up for by emulation, which is told as slow',
    async () => {
      delete config.accel
      await reachQemu(machine, () => {
        expect(machine.snapshot.state).toMatchObject({ process: { accel: 'tcg', slow: true } })
        return Promise.resolve()
      })
      await expectNothingLeft(config)
    },
  )

  test.runIf(hostArch() === 'amd64')('is told when nothing else is wanted', async () => {
    config.accel = 'kvm'
    expectTold(await machine.start().catch((cause: unknown) => cause), 'accel-unusable')
    await expectNothingLeft(config)
  })
})

/** A start as far as one without a guest gets: QEMU runs and answers. Then it is given up. */
async function reachQemu(one: Machine, meanwhile?: () => Promise<void>): Promise<void> {
  const abort = new AbortController()
  const starting = one.start(abort.signal)
  starting.catch(() => undefined)
  try {
    await snapshotWhere(one, ({ state }) => state.phase === 'starting' && !!state.process, 20_000)
    await meanwhile?.()
  } finally {
    abort.abort(new Error('enough'))
    await starting.catch(() => undefined)
  }
  expect(one.snapshot.state).toEqual({ phase: 'stopped' })
}

/** A data disk with something in it; resolves with its sum. */
async function plantDisk(): Promise<string> {
  const content = randomBytes(64 * 1024 ** 2)
  await mkdir(config.folder, { recursive: true })
  await writeFile(files.disk, content)
  return sha256(content)
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

async function plantDeadSocket(path: string): Promise<void> {
  const server = createServer().listen(`${path}.x`)
  await once(server, 'listening')
  await rename(`${path}.x`, path)
  server.close()
  await once(server, 'close')
}
