import { adoptQemu } from './adopt.ts'
import type { Context } from './context.ts'
import { VmError } from './errors.ts'
import { forgetQmpSocket } from './qemu/qmp-socket.ts'
import type { StopReport } from './machine.ts'
import {
  findInstance,
  readRuntime,
  removeRuntime,
  signalInstance,
  type Runtime,
} from './qemu/runtime.ts'
import type { QemuProcess } from './qemu/qemu-process.ts'
import { toMachineProcess, type Session } from './session.ts'
import { connectSsh } from './ssh/connection.ts'
import { execOverSsh } from './ssh/exec.ts'
import { ensureKey } from './ssh/keys.ts'
import { pause, withDeadline } from './waiting.ts'

/** Between two presses of the power button: a guest that is still booting does not hear the first. */
const pressEveryMs = 8000
/** QEMU gets this long to write back and end by itself once told to quit, and the system to end it once told that. */
const defaultQuitMs = 5000
/** Between looks at a process that cannot be waited for. */
const lookMs = 100
const sshMs = 10_000

/** Longest wait for a machine of an earlier app to be taken over before it is ended without its control link. */
const adoptMs = 20_000

export interface StopOptions {
  graceMs: number
  quitMs?: number
  /** The second way to tell the guest, once the button has not helped. */
  powerOff?: () => Promise<unknown>
}

/** Ends the session's process, or else whichever runs on this folder, with or without its control link. */
export async function endMachine(
  context: Context,
  session: Session | undefined,
  graceMs: number,
): Promise<StopReport> {
  const { board, config } = context
  await session?.windDown().catch((cause: unknown) => {
    config.log('wind-down-failed', { reason: String(cause) })
  })
  let qemu = session?.qemu
  try {
    qemu ??= await adoptQemu(context, AbortSignal.timeout(adoptMs))
  } catch (cause) {
    config.log('stop-without-link', { reason: String(cause) })
    return (await endUnanswering(context, graceMs)) ?? { graceful: true, ms: 0 }
  }
  if (!qemu) return { graceful: true, ms: 0 }
  board.setState({ phase: 'stopping', process: toMachineProcess(qemu) })
  const powerOff = async () => {
    if (session?.link.current) await execOverSsh(session.link.current, ['poweroff'])
  }
  return endQemu(context, qemu, { graceMs, powerOff })
}

/**
 * Powers the guest off; after `graceMs` tells QEMU to quit, and ends it by force if even that does not help.
 * Afterwards neither the process nor its runtime file is left.
 * @throws {VmError} 'stop-failed' when the process cannot be ended; its runtime file is kept.
 */
export async function endQemu(
  context: Context,
  qemu: QemuProcess,
  options: StopOptions,
): Promise<StopReport> {
  const { config } = context
  const { quitMs = defaultQuitMs } = options
  const began = performance.now()
  const over = new AbortController()
  const isOver = (ms: number) =>
    Promise.race([
      qemu.ended.then(() => true),
      pause(ms, over.signal).then(
        () => false,
        () => false,
      ),
    ])
  try {
    const graceful = options.graceMs > 0 && (await pressPower(qemu, options, isOver))
    if (!graceful) {
      config.log('stop-forced', { afterMs: Math.round(performance.now() - began) })
      void qemu.execute('quit').catch(() => undefined)
      if (!(await isOver(quitMs))) {
        await qemu.kill()
        if (!(await isOver(quitMs))) throw unstoppable(qemu.instance.pid)
      }
    }
    await forget(context)
    return { graceful, ms: Math.round(performance.now() - began) }
  } finally {
    over.abort()
    await qemu[Symbol.asyncDispose]()
  }
}

async function pressPower(
  qemu: QemuProcess,
  options: StopOptions,
  isOver: (ms: number) => Promise<boolean>,
): Promise<boolean> {
  const until = performance.now() + options.graceMs
  for (let press = 0; ; press++) {
    // A guest that waits for space on the host's disk cannot shut down; let it try once more. The answers are not
    // waited for: a QEMU that hangs gives none.
    void qemu.execute('cont').catch(() => undefined)
    void qemu.execute('system_powerdown').catch(() => undefined)
    if (press > 0) void options.powerOff?.().catch(() => undefined)
    const left = until - performance.now()
    if (left <= 0) return false
    if (await isOver(Math.min(pressEveryMs, left))) return true
  }
}

/**
 * Ends the machine on this folder whose control link does not answer: over ssh if the guest hears that, else with
 * SIGTERM, at which QEMU writes back what it holds, and at last by force.
 * @returns undefined when none runs.
 * @throws {VmError} 'stop-failed' when the process cannot be ended; its runtime file is kept.
 */
async function endUnanswering(context: Context, graceMs: number): Promise<StopReport | undefined> {
  const { config, files } = context
  const runtime = await readRuntime(files.runtime)
  const instance = runtime && (await findInstance(runtime))
  if (!instance) return undefined
  const began = performance.now()
  const isOver = (ms: number) => isGone({ ...runtime, ...instance }, ms)
  config.log('stop-unanswering', { ...instance })
  const asked = graceMs > 0 && (await powerOffOverSsh(context, runtime, graceMs))
  const graceful = asked && (await isOver(graceMs))
  if (!graceful) {
    config.log('stop-forced', { afterMs: Math.round(performance.now() - began) })
    await signalInstance(instance, runtime.instanceId, 'SIGTERM')
    if (!(await isOver(defaultQuitMs))) {
      await signalInstance(instance, runtime.instanceId, 'SIGKILL')
      if (!(await isOver(defaultQuitMs))) throw unstoppable(instance.pid)
    }
  }
  await forget(context)
  return { graceful, ms: Math.round(performance.now() - began) }
}

async function isGone(runtime: Runtime, ms: number): Promise<boolean> {
  const { signal } = new AbortController()
  for (const until = performance.now() + ms; ;) {
    const found = await findInstance(runtime).catch(() => runtime)
    if (!found) return true
    if (performance.now() >= until) return false
    await pause(lookMs, signal)
  }
}

/** Resolves with whether the guest took the order. */
async function powerOffOverSsh(
  { config, files }: Context,
  { sshPort }: Runtime,
  graceMs: number,
): Promise<boolean> {
  const late = () => new Error('no answer over ssh')
  try {
    const { privateKey } = await ensureKey(files.userKey, 'berth')
    const { publicBlob } = await ensureKey(files.hostKey, 'berth-guest')
    const target = { port: sshPort, privateKey, hostKey: publicBlob }
    const timeoutMs = Math.min(sshMs, graceMs)
    return await withDeadline(timeoutMs, undefined, late, async (signal) => {
      await using connection = await connectSsh(target, { timeoutMs, signal })
      const { code } = await execOverSsh(connection, ['poweroff'], { signal })
      return code === 0
    })
  } catch (error) {
    config.log('poweroff-failed', { reason: String(error) })
    return false
  }
}

/**
 * Also the sockets, which a QEMU that was killed leaves. A file that stays behind is no harm: what it says is checked
 * against the process table.
 */
async function forget({ config, files }: Context): Promise<void> {
  await removeRuntime(files.runtime).catch((error: unknown) => {
    config.log('runtime-kept', { reason: String(error) })
  })
  await forgetQmpSocket(files.qmpSocket)
}

export function toStopError(cause: unknown): VmError {
  if (cause instanceof VmError) return cause
  return new VmError('stop-failed', { reason: String(cause) }, { cause })
}

function unstoppable(pid: number): VmError {
  return new VmError('stop-failed', { reason: `process ${pid} does not end` })
}
