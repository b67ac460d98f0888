import type { ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { adoptQemu } from '../../../vm/adopt.ts'
import { createBoard } from '../../../vm/board.ts'
import type { Context } from '../../../vm/context.ts'
import { machineFiles } from '../../../vm/files.ts'
import { createQemuMachine } from '../../../vm/index.ts'
import { readProcess } from '../../../vm/qemu/process-table.ts'
import { endQemu } from '../../../vm/stop.ts'
import { machineConfig } from '../../support/machine.ts'
import { spawnQemu } from '../../support/stand-in-qemu.ts'

let home: string
let context: Context
let qemu: ChildProcess

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-stop-'))
  const { config } = await machineConfig({ imageFolder: join(home, 'image') }, home)
  const files = machineFiles(config.folder, config.socketFolder)
  context = { config, files, board: createBoard() }
  await mkdir(config.folder)
})

afterEach(async () => {
  vi.useRealTimers()
  qemu.kill('SIGKILL')
  await rm(home, { recursive: true, force: true })
})

test('a process that hangs and answers nothing is ended all the same', async () => {
  await runQemu(context.files.qmpSocket)
  const adopted = await adoptQemu(context, AbortSignal.timeout(5000))
  if (!adopted) throw new Error('nothing was adopted')
  qemu.kill('SIGSTOP')
  const report = await endQemu(context, adopted, { graceMs: 200, quitMs: 200 })
  expect(report.graceful).toBe(false)
  expect(await readProcess(qemu.pid ?? 0)).toBeUndefined()
  expect(await readdir(context.config.folder)).not.toContain('runtime.json')
})

test('a process that nothing ends is told as that, and can be found again', async () => {
  await runQemu(context.files.qmpSocket)
  const adopted = await adoptQemu(context, AbortSignal.timeout(5000))
  if (!adopted) throw new Error('nothing was adopted')
  qemu.kill('SIGSTOP')
  const immortal = { ...adopted, kill: () => Promise.resolve() }
  const ending = endQemu(context, immortal, { graceMs: 0, quitMs: 100 })
  await expect(ending).rejects.toMatchObject({
    code: 'stop-failed',
    params: { reason: `process ${qemu.pid ?? 0} does not end` },
  })
  expect(await readdir(context.config.folder)).toContain('runtime.json')
})

test('the control link is found where it was made, whatever folder sockets are in by now', async () => {
  const elsewhere = join(home, 'earlier.sock')
  await runQemu(elsewhere)
  const adopted = await adoptQemu(context, AbortSignal.timeout(5000))
  expect(adopted?.instance.pid).toBe(qemu.pid)
  await adopted?.[Symbol.asyncDispose]()
})

test('a machine whose control socket is gone is stopped, and only then said to be', async () => {
  await runQemu(join(home, 'earlier.sock'))
  await rm(join(home, 'earlier.sock'))
  await using machine = createQemuMachine(context.config)
  await expect(hurried(machine.adopt())).rejects.toMatchObject({ code: 'qemu-failed' })
  expect(await readProcess(qemu.pid ?? 0)).toBeDefined()
  expect(await hurried(machine.stop({ graceMs: 0 }))).toMatchObject({ graceful: false })
  expect(await readProcess(qemu.pid ?? 0)).toBeUndefined()
  expect(machine.snapshot.state).toEqual({ phase: 'stopped' })
  expect(await readdir(context.config.folder)).not.toContain('runtime.json')
})

async function runQemu(qmpPath: string): Promise<void> {
  qemu = await spawnQemu(context.files, { qmpPath })
}

/** Lets deadlines pass at once until the promise settles. */
async function hurried<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const over = new AbortController()
  const settle = () => {
    over.abort()
  }
  promise.then(settle, settle)
  for (const until = performance.now() + 4000; performance.now() < until;) {
    if (over.signal.aborted) break
    await vi.advanceTimersByTimeAsync(50)
    await turn()
  }
  vi.useRealTimers()
  return promise
}
