import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createQemuMachine, type Machine, type MachineConfig } from '../../../vm/index.ts'
import { readProcess } from '../../../vm/qemu/process-table.ts'
import { machineConfig } from '../../support/machine.ts'
import { noLimits } from '../../support/runtime.ts'

let home: string
let config: MachineConfig
let machine: Machine
let lines: string[]
const before = process.env['BERTH_QEMU']

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-machine-'))
  const imageFolder = join(home, 'image')
  await writeImage(imageFolder)
  ;({ config, lines } = await machineConfig({ imageFolder }, home))
  machine = createQemuMachine(config)
  process.env['BERTH_QEMU'] = join(home, 'qemu')
  await mkdir(join(home, 'qemu'))
})

afterEach(async () => {
  if (before === undefined) delete process.env['BERTH_QEMU']
  else process.env['BERTH_QEMU'] = before
  await machine[Symbol.asyncDispose]()
  await rm(home, { recursive: true, force: true })
})

test('a missing image is told with its folder, and nothing is made but the folders and keys', async () => {
  await rm(config.imageFolder, { recursive: true })
  await expect(machine.start()).rejects.toMatchObject({
    code: 'image-missing',
    params: { folder: config.imageFolder },
  })
  expect(machine.snapshot.state).toMatchObject({ phase: 'failed', stage: 'image' })
  expect(machine.snapshot.stages[0]).toMatchObject({ stage: 'image', state: 'failed' })
  expect(await readdir(config.folder)).not.toContain('data.raw')
  expect(await readdir(config.folder)).not.toContain('lock.json')
})

test.each(['kernel', 'initrd', 'rootfs'])('one changed byte of the %s is found', async (file) => {
  await writeFile(
    join(config.imageFolder, file),
    `${file}!`.replace(file[0] ?? '', '#').slice(0, 6),
  )
  await expect(machine.start()).rejects.toMatchObject({ code: 'image-damaged', params: { file } })
})

test('an image that was right is not read again, one that changed later is', async () => {
  await expect(machine.start()).rejects.toMatchObject({ code: 'qemu-missing' })
  await expect(machine.start()).rejects.toMatchObject({ code: 'qemu-missing' })
  await writeFile(join(config.imageFolder, 'kernel'), 'KERNEL')
  await expect(machine.start()).rejects.toMatchObject({ code: 'image-damaged' })
})

test('no QEMU is told with the command that brings it', async () => {
  await expect(machine.start()).rejects.toMatchObject({
    code: 'qemu-missing',
    params: { command: expect.stringMatching(/apt|brew|winget/) },
  })
})

test('a QEMU that ends at once is told with its own words, and leaves no runtime file', async () => {
  await writeQemu('echo "qemu-system-x86_64: cannot set up guest memory" >&2; exit 1')
  await expect(machine.start()).rejects.toMatchObject({
    code: 'qemu-failed',
    params: { reason: 'cannot set up guest memory' },
  })
  expect(machine.snapshot.state).toMatchObject({ phase: 'failed', stage: 'boot' })
  expect(await readdir(config.folder)).not.toContain('runtime.json')
})

test('a port that was taken in the meantime is replaced by another', async () => {
  await writeQemu(
    `echo "$@" >>${home}/ports; echo "Could not set up host forwarding rule" >&2; exit 1`,
  )
  await expect(machine.start()).rejects.toMatchObject({ code: 'qemu-failed' })
  const ports = (await readFile(join(home, 'ports'), 'utf8')).match(/127\.0\.0\.1:\d+/g)
  expect(ports).toHaveLength(5)
  // The kernel may give a port that is free again a second time.
  expect(new Set(ports).size).toBeGreaterThan(1)
})

test('private keys are for this user only and never in the command line', async () => {
  await writeQemu(`echo "$@" >${home}/args; exit 1`)
  await expect(machine.start()).rejects.toThrow()
  const key = await readFile(join(config.folder, 'id_ed25519'), 'utf8')
  const secret = key.split('\n')[2] ?? ''
  expect(secret.length).toBeGreaterThan(30)
  expect(await readFile(join(home, 'args'), 'utf8')).not.toContain(secret)
})

test('an aborted start ends what it had started', async () => {
  await writeQemu('exec sleep 600')
  const abort = new AbortController()
  const starting = machine.start(abort.signal)
  const pid = await startedPid()
  abort.abort(new Error('enough'))
  await expect(starting).rejects.toThrow('enough')
  expect(await readProcess(pid)).toBeUndefined()
  expect(machine.snapshot.state).toEqual({ phase: 'stopped' })
  expect(await readdir(config.folder)).not.toContain('runtime.json')
})

test('whoever joined a start keeps it when the first one leaves', async () => {
  await writeQemu('exec sleep 600')
  const [first, second] = [new AbortController(), new AbortController()]
  const starting = machine.start(first.signal)
  const joined = machine.start(second.signal)
  joined.catch(() => undefined)
  const pid = await startedPid()
  first.abort(new Error('enough'))
  await expect(starting).rejects.toThrow('enough')
  expect(await readProcess(pid)).toBeDefined()
  expect(machine.snapshot.state).toMatchObject({ phase: 'starting', stage: 'boot' })
  second.abort(new Error('enough too'))
  await expect(joined).rejects.toThrow('enough too')
  expect(await readProcess(pid)).toBeUndefined()
  expect(machine.snapshot.state).toEqual({ phase: 'stopped' })
})

test('starts that wait for an adoption become one', async () => {
  const adopting = machine.adopt()
  const starts = await Promise.allSettled([machine.start(), machine.start(), machine.start()])
  expect(await adopting).toBe(false)
  for (const one of starts) expect(one).toMatchObject({ reason: { code: 'qemu-missing' } })
  expect(lines.filter((line) => line.includes('start-failed'))).toHaveLength(1)
})

test('a start that waits for a stop is told when the machine was let go meanwhile', async () => {
  const stopping = machine.stop()
  const starting = machine.start()
  starting.catch(() => undefined)
  await machine[Symbol.asyncDispose]()
  await stopping
  await expect(starting).rejects.toThrow('let go')
  expect(machine.snapshot.state).toEqual({ phase: 'stopped' })
})

test('a QEMU that never listens is given up and ended', async () => {
  await writeQemu('exec sleep 600')
  const starting = machine.start()
  starting.catch(() => undefined)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const pid = await startedPid()
    await vi.waitFor(() => {
      vi.advanceTimersByTime(30_000)
      expect(machine.snapshot.state.phase).toBe('failed')
    })
    await expect(starting).rejects.toMatchObject({
      code: 'qemu-failed',
      params: { reason: 'QMP does not answer' },
      cause: { code: 'ENOENT' },
    })
    expect(await readProcess(pid)).toBeUndefined()
  } finally {
    vi.useRealTimers()
  }
  expect(await readdir(config.folder)).not.toContain('runtime.json')
})

test.each([
  ['a file', async (path: string) => writeFile(path, '')],
  ['a file above it', async (path: string) => writeFile(join(path, '..'), '')],
])('%s in place of its folder is told by name', async (_what, plant) => {
  const folder = join(home, 'elsewhere', 'machine')
  if (_what === 'a file') await mkdir(join(home, 'elsewhere'))
  await plant(folder)
  await using other = createQemuMachine({ ...config, folder })
  await expect(other.start()).rejects.toMatchObject({
    code: 'folder-not-writable',
    params: { folder },
  })
})

test('a runtime file that names a stranger is dropped and the stranger left alone', async () => {
  const stranger = spawn('sleep', ['60'])
  const pid = stranger.pid ?? 0
  try {
    const runtime = {
      ...{ version: 1, instanceId: '0e0f5b4a-0d2e-4f57-8f5f-6d9f5f0c1a2b', pid, sshPort: 1 },
      ...{ startTime: (await readProcess(pid))?.startTime, accel: 'tcg' },
      ...{ ...noLimits, argsHash: '' },
    }
    await mkdir(config.folder)
    await writeFile(join(config.folder, 'runtime.json'), JSON.stringify(runtime))
    expect(await machine.adopt()).toBe(false)
    expect(await machine.stop()).toMatchObject({ graceful: true })
    expect(await readProcess(pid)).toBeDefined()
    expect(await readdir(config.folder)).not.toContain('runtime.json')
  } finally {
    stranger.kill('SIGKILL')
  }
})

test.each(['', '{"version":1,', '{"version":99}'])(
  'the runtime file %j adopts nothing',
  async (text) => {
    await mkdir(config.folder)
    await writeFile(join(config.folder, 'runtime.json'), text)
    expect(await machine.adopt()).toBe(false)
  },
)

test('nothing can be run in a machine that does not run', async () => {
  await expect(machine.exec(['true'])).rejects.toMatchObject({ code: 'not-running' })
  expect(machine.snapshot.state).toEqual({ phase: 'stopped' })
})

async function writeImage(folder: string): Promise<void> {
  await mkdir(folder)
  const files: Record<string, { sha256: string; bytes: number }> = {}
  for (const name of ['kernel', 'initrd', 'rootfs']) {
    await writeFile(join(folder, name), name)
    const sha256 = createHash('sha256').update(name).digest('hex')
    files[name] = { sha256, bytes: name.length }
  }
  const engine = { docker: '', compose: '', buildx: '', containerd: '', runc: '' }
  const manifest = {
    ...{ version: 1, arch: 'amd64', recipe: '', suite: '', kernelVersion: '', cmdline: '' },
    ...{ engine, packages: [], files },
  }
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest))
}

/** A program in QEMU's place that tells a version and then does `script`. */
async function writeQemu(script: string): Promise<void> {
  const path = join(home, 'qemu', 'qemu-system-x86_64')
  const version = 'case "$1" in --version) echo "QEMU emulator version 9.0.0"; exit;; esac'
  await writeFile(path, `#!/bin/sh\n${version}\n${script}\n`)
  await chmod(path, 0o755)
}

/** The pid in the runtime file, once it is there. */
async function startedPid(): Promise<number> {
  for (;;) {
    const text = await readFile(join(config.folder, 'runtime.json'), 'utf8').catch(() => '')
    const pid = /"pid": (\d+)/.exec(text)?.[1]
    if (pid !== undefined) return Number(pid)
    await delay(10)
  }
}

test('while the disk is moved, nothing is started', async () => {
  let refused: Promise<void> | undefined
  const onProgress = () => {
    refused ??= machine.start()
    refused.catch(() => undefined)
  }
  await machine.moveDisk(join(home, 'elsewhere'), { onProgress })
  await expect(refused).rejects.toMatchObject({ code: 'disk-moving' })
  expect(await machine.disk()).toEqual({
    path: join(home, 'elsewhere', 'data.raw'),
    ...{ isOwn: false, allocated: 0, free: expect.any(Number) },
  })
  expect(machine.snapshot.state).toEqual({ phase: 'stopped' })
  expect(await readdir(config.folder)).not.toContain('lock.json')
})
