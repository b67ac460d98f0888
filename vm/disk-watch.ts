import { dirname } from 'node:path'
import { z } from 'zod'
import type { Board } from './board.ts'
import type { Context } from './context.ts'
import { findDisk } from './disk/place.ts'
import { VmError } from './errors.ts'
import { freeMiB } from './qemu/disk.ts'
import type { QmpEvent } from './qemu/qmp.ts'
import type { QemuProcess } from './qemu/qemu-process.ts'
import { pause, untilAborted } from './waiting.ts'

/** A guest that is paused for want of space goes on once this much is free on the host. */
const resumeMiB = 256
/** A disk that failed for another reason gets this long to come back by itself. */
const damagedMs = 5000

/** Of all its disks; only one that failed just now has another `io-status` than `ok`. */
const blockStates = z.array(z.object({ 'io-status': z.string().optional() }))
const runState = z.object({ status: z.string(), running: z.boolean() })

interface WatchOptions {
  signal: AbortSignal
  /** Between two looks at the room, and after the guest was told to go on, before that is believed. */
  lookMs?: number
}

/**
 * Resumes a guest that the host's disk has paused, now or later, until the signal is aborted or the process has
 * ended. Meanwhile the board's 'process' link is down with 'disk-full' or 'disk-failing'.
 */
export function watchDisk(context: Context, qemu: QemuProcess, options: WatchOptions): void {
  const { lookMs = 2000 } = options
  const ended = new AbortController()
  void qemu.ended.then(() => {
    ended.abort()
  })
  const until = AbortSignal.any([options.signal, ended.signal])
  const trouble: Trouble = { lookMs, waiting: false, failures: 0, nospace: true, reason: '' }
  const onTrouble = (data: QmpEvent['data']) => {
    trouble.nospace = data['nospace'] !== false
    trouble.reason = String(data['reason'])
    trouble.failures++
    if (trouble.waiting || until.aborted) return
    trouble.waiting = true
    resume(context, qemu, { trouble, signal: until }).catch((error: unknown) => {
      if (!until.aborted) context.config.log('disk-watch-failed', { reason: String(error) })
    })
  }
  const findTrouble = async () => {
    const state = await stateOf(qemu, until)
    if (state?.status !== 'io-error' && !diskTrouble(context.board)) return
    const data = await failureOf(qemu, until)
    if (!trouble.waiting) onTrouble(data)
  }
  const stops = [
    qemu.onEvent(({ name, data }) => {
      if (name === 'BLOCK_IO_ERROR' && data['action'] === 'stop') onTrouble(data)
    }),
    qemu.onLink((up) => {
      if (up) void findTrouble()
    }),
  ]
  const stopAll = () => {
    for (const stop of stops) stop()
  }
  until.addEventListener('abort', stopAll, { once: true })
  // It may have been paused before this app took it over, or while nobody watched or could be told.
  void findTrouble()
}

/** Why the guest stands still just now, if the disk is the reason. */
export function diskTrouble({ snapshot }: Board): VmError | undefined {
  const error = snapshot.health.find(({ link }) => link === 'process')?.error
  return error?.code === 'disk-full' || error?.code === 'disk-failing' ? error : undefined
}

/** What QEMU told last of its disk; `failures` counts the writes that failed. */
interface Trouble {
  lookMs: number
  waiting: boolean
  failures: number
  nospace: boolean
  reason: string
}

/** The guest stands still, and loses nothing, until there is room again and it really goes on. */
async function resume(
  context: Context,
  qemu: QemuProcess,
  { trouble, signal }: { trouble: Trouble; signal: AbortSignal },
): Promise<void> {
  const { board, config } = context
  try {
    for (;;) {
      await awaitRoom(context, trouble, signal)
      if (!trouble.nospace) await pause(damagedMs, signal)
      const before = trouble.failures
      const refusal = await untilAborted(qemu.execute('cont'), signal).then(() => undefined, String)
      signal.throwIfAborted()
      if (refusal !== undefined) config.log('disk-resume-refused', { reason: refusal })
      // Room as the system counts it need not be room for this file: the guest's next write tells.
      await pause(trouble.lookMs, signal)
      const state = await stateOf(qemu, signal)
      signal.throwIfAborted()
      if (state?.running && trouble.failures === before) break
    }
    board.setHealth('process', 'ok')
    config.log('disk-resumed', {})
  } finally {
    trouble.waiting = false
  }
}

async function awaitRoom(context: Context, trouble: Trouble, signal: AbortSignal): Promise<void> {
  for (;;) {
    const disk = await findDisk(context.files).catch(() => context.files.disk)
    // A folder that cannot be asked has no room either.
    const free = await freeMiB(disk).catch(() => 0)
    signal.throwIfAborted()
    report(context, trouble, { disk, free })
    if (free >= resumeMiB) return
    await pause(trouble.lookMs, signal)
  }
}

function report(
  { board, config }: Context,
  { nospace, reason }: Trouble,
  { disk, free }: { disk: string; free: number },
): void {
  const error = nospace
    ? new VmError('disk-full', { folder: dirname(disk), freeMiB: free, neededMiB: resumeMiB })
    : new VmError('disk-failing', { path: disk, reason })
  if (diskTrouble(board)?.code === error.code) return
  config.log('disk-trouble', { nospace, freeMiB: free })
  board.setHealth('process', 'down', error)
}

async function stateOf(qemu: QemuProcess, signal: AbortSignal) {
  try {
    return runState.parse(await untilAborted(qemu.execute('query-status'), signal))
  } catch {
    return undefined
  }
}

/** What the event of a failed write would have told; of no space when QEMU does not answer. */
async function failureOf(qemu: QemuProcess, signal: AbortSignal): Promise<QmpEvent['data']> {
  try {
    const found = await untilAborted(qemu.execute('query-block'), signal)
    const failed = blockStates.parse(found).some((disk) => disk['io-status'] === 'failed')
    return { nospace: !failed, reason: 'the disk failed' }
  } catch {
    return { nospace: true }
  }
}
