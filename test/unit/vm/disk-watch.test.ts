import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createBoard } from '../../../vm/board.ts'
import type { Context } from '../../../vm/context.ts'
import { watchDisk } from '../../../vm/disk-watch.ts'
import { machineFiles } from '../../../vm/files.ts'
import type { QmpEvent } from '../../../vm/qemu/qmp.ts'
import type { ProcessEnd } from '../../../vm/qemu/launch.ts'
import type { QemuProcess } from '../../../vm/qemu/qemu-process.ts'
import { machineConfig } from '../../support/machine.ts'
import { noLimits } from '../../support/runtime.ts'

/** A file system that never has a free block. */
const fullFolder = process.platform === 'linux' ? '/proc' : '/dev'

let home: string
let context: Context
let guest: ReturnType<typeof createGuest>
let over: AbortController

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-disk-'))
  const { config } = await machineConfig({ imageFolder: join(home, 'image') }, home)
  context = { config, files: machineFiles(home, home), board: createBoard() }
  context.board.setHealth('process', 'ok')
  guest = createGuest()
  over = new AbortController()
})
afterEach(async () => {
  over.abort()
  await rm(home, { recursive: true, force: true })
})

test('a guest found paused is resumed, and is well only once it really runs', async () => {
  guest.pause()
  guest.refusals = 1
  watchDisk(context, guest.qemu, { signal: over.signal, lookMs: 200 })
  expect(await health('down')).toMatchObject({ error: { code: 'disk-full' }, repairs: 0 })
  expect(await health('ok')).toMatchObject({ repairs: 1 })
  // The first was refused, which is no reason to give up.
  expect(guest.resumes).toHaveLength(2)
  expect(guest.running).toBe(true)
})

test.skipIf(process.platform === 'win32')('a full disk is waited for', async () => {
  const { disk } = context.files
  context.files.disk = join(fullFolder, 'data.raw')
  watchDisk(context, guest.qemu, { signal: over.signal, lookMs: 200 })
  guest.fail()
  guest.fail()
  const { error } = await health('down')
  expect(error).toMatchObject({ code: 'disk-full', params: { freeMiB: 0 } })
  expect(guest.resumes).toHaveLength(0)
  context.files.disk = disk
  await health('ok')
  expect(guest.resumes).toHaveLength(1)
})

test('a disk that only seems to have room is not tried without a pause', async () => {
  guest.failsAgain = 2
  watchDisk(context, guest.qemu, { signal: over.signal, lookMs: 200 })
  guest.fail()
  expect(await health('down')).toBeDefined()
  expect(await health('ok')).toMatchObject({ repairs: 1 })
  expect(guest.resumes).toHaveLength(3)
  const [first = 0, second = 0] = guest.resumes
  expect(second - first).toBeGreaterThan(190)
})

test('a pause that nobody was told of while the control link was down is found once it is back', async () => {
  watchDisk(context, guest.qemu, { signal: over.signal, lookMs: 200 })
  await delay(20)
  guest.pause()
  guest.link(false)
  await delay(20)
  expect(guest.resumes).toHaveLength(0)
  guest.link(true)
  expect(await health('down')).toMatchObject({ error: { code: 'disk-full' } })
  expect(await health('ok')).toMatchObject({ repairs: 1 })
  expect(guest.resumes).toHaveLength(1)
})

test('a guest found paused by a disk that fails is not told to be short of room', async () => {
  guest.pause()
  guest.ioStatus = 'failed'
  watchDisk(context, guest.qemu, { signal: over.signal, lookMs: 200 })
  expect(await health('down')).toMatchObject({ error: { code: 'disk-failing' } })
})

test('a disk that cannot be asked, and the end of the process, end the wait without a word', async () => {
  context.files.disk = join(home, 'none', 'data.raw')
  watchDisk(context, guest.qemu, { signal: over.signal, lookMs: 200 })
  guest.fail()
  expect(await health('down')).toMatchObject({ error: { params: { freeMiB: 0 } } })
  guest.end({})
  await delay(50)
  guest.fail()
  expect(guest.resumes).toHaveLength(0)
  expect(guest.listeners.size).toBe(0)
})

function health(state: 'ok' | 'down') {
  const { board } = context
  const { promise, resolve } = Promise.withResolvers<(typeof board.snapshot.health)[number]>()
  const look = () => {
    const found = board.snapshot.health.find((one) => one.link === 'process')
    if (found?.state === state) resolve(found)
  }
  const stop = board.onChange(look)
  look()
  return promise.finally(() => {
    stop()
  })
}

/** A process that pauses as QEMU does; only its answers, no guest. */
function createGuest() {
  const ended = Promise.withResolvers<ProcessEnd>()
  const listeners = new Set<(event: QmpEvent) => void>()
  const links = new Set<(up: boolean) => void>()
  const failure = { name: 'BLOCK_IO_ERROR', data: { action: 'stop', nospace: true } }
  const fail = () => {
    state.running = false
    for (const listener of listeners) listener(failure)
  }
  const state = {
    running: true,
    resumes: [] as number[],
    /** How many times it will not go on, and how many times it goes on and fails at once. */
    refusals: 0,
    failsAgain: 0,
    /** What QEMU says of its disk. */
    ioStatus: 'nospace',
    listeners,
    link: (up: boolean) => {
      for (const listener of links) listener(up)
    },
    end: ended.resolve,
    pause: () => (state.running = false),
    fail,
  }
  const resume = () => {
    state.resumes.push(performance.now())
    if (state.refusals-- > 0) throw new Error('refused')
    state.running = true
    if (state.failsAgain-- > 0) setTimeout(fail, 20)
    return {}
  }
  const qemu: QemuProcess = {
    instance: { pid: 1, startTime: '' },
    runtime: {
      ...{ version: 1, instanceId: '', sshPort: 1, accel: 'tcg' },
      ...{ ...noLimits, argsHash: '' },
    },
    adopted: false,
    ended: ended.promise,
    execute: async (command) => {
      await Promise.resolve()
      if (command === 'cont') return resume()
      if (command === 'query-block') return [{}, { 'io-status': state.ioStatus }]
      return { status: state.running ? 'running' : 'io-error', running: state.running }
    },
    onEvent(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onLink(listener) {
      links.add(listener)
      return () => links.delete(listener)
    },
    kill: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  return Object.assign(state, { qemu })
}
