import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { chooseAccel, hostArch, stillHolds } from '../../../../vm/qemu/accel.ts'

const hourMs = 3_600_000
let folder: string
let program: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-accel-'))
  program = join(folder, 'qemu')
})
afterEach(async () => {
  vi.useRealTimers()
  await rm(folder, { recursive: true, force: true })
})

/** A QEMU that notes each time it is run and then does what `script` says. */
async function stand(script: string): Promise<void> {
  await writeFile(program, `#!/bin/sh\necho x >> '${folder}/runs'\n${script}\n`)
  await chmod(program, 0o755)
}

async function runs(): Promise<number> {
  return (await readFile(join(folder, 'runs'), 'utf8').catch(() => '')).split('\n').length - 1
}

const said: unknown[] = []
function choose(signal = new AbortController().signal) {
  return chooseAccel({
    qemu: { program, version: '8.2.1', fingerprint: program },
    guestArch: hostArch() ?? 'amd64',
    ...{ kernel: 'kernel', initrd: 'initrd', memory: join(folder, 'accel.json'), signal },
    log: (_event, fields) => said.push(fields),
  })
}

const hardware = process.platform === 'linux' ? 'kvm' : 'hvf'

test('what works is remembered for good', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  await stand('echo "reboot: Power down"')
  expect(await choose()).toBe(hardware)
  vi.setSystemTime(Date.now() + 1000 * hourMs)
  if (process.platform === 'linux') {
    expect(await choose()).toBe(hardware)
    expect(await runs()).toBe(1)
  }
})

test('that nothing works is asked again the next day', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  await stand('echo "failed to initialize kvm" >&2; exit 1')
  expect(await choose()).toBe('tcg')
  expect(said.at(-1)).toMatchObject({ failure: 'refused', said: 'failed to initialize kvm' })
  expect(await choose()).toBe('tcg')
  expect(await runs()).toBe(1)
  vi.setSystemTime(Date.now() + 25 * hourMs)
  await stand('echo "reboot: Power down"')
  expect(await choose()).toBe(hardware)
})

test('a QEMU that cannot be run tells nothing about the accelerator', async () => {
  await writeFile(program, '')
  expect(await choose()).toBe('tcg')
  expect(said.at(-1)).toMatchObject({ failure: 'not-started' })
  await stand('echo "reboot: Power down"')
  expect(await choose()).toBe(hardware)
})

test('a guest that hangs is ended, and tried again after an hour', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  await stand('exec sleep 60')
  const choosing = choose()
  while (vi.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve))
  vi.advanceTimersByTime(10_000)
  expect(await choosing).toBe('tcg')
  expect(said.at(-1)).toMatchObject({ failure: 'hung' })
  await stand('echo "reboot: Power down"')
  expect(await choose()).toBe('tcg')
  vi.setSystemTime(Date.now() + hourMs + 1)
  expect(await choose()).toBe(hardware)
})

test('a guest that hangs is ended by the system when the app does not live to do it', async () => {
  await stand(`ulimit -t > '${folder}/limit'; exit 1`)
  await choose()
  expect(await readFile(join(folder, 'limit'), 'utf8')).toBe('20\n')
})

test('an aborted search is over at once and remembers nothing', async () => {
  await stand('exec sleep 60')
  const over = new AbortController()
  const choosing = choose(over.signal)
  choosing.catch(() => undefined)
  await vi.waitUntil(async () => (await runs()) > 0)
  over.abort(new Error('over'))
  await expect(choosing).rejects.toThrow('over')
  await expect(readFile(join(folder, 'accel.json'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('an answer holds for one boot, a clock set right does not end it', () => {
  const known = { accel: 'hvf' as const, probedAt: 1000, bootedAt: 0 }
  expect(stillHolds(known, 10 ** 9, 60_000)).toBe(true)
  expect(stillHolds(known, 10 ** 9, hourMs)).toBe(false)
  expect(stillHolds({ ...known, holdsMs: hourMs }, 2000, 0)).toBe(true)
  expect(stillHolds({ ...known, holdsMs: hourMs }, hourMs + 1000, 0)).toBe(false)
  expect(stillHolds({ ...known, holdsMs: hourMs }, 0, 0)).toBe(false)
})
