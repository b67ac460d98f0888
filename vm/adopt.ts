import type { Context } from './context.ts'
import { VmError } from './errors.ts'
import { dialQmp } from './qemu/launch.ts'
import { watchProcess, type QemuProcess } from './qemu/qemu-process.ts'
import { findInstance, readRuntime, removeRuntime } from './qemu/runtime.ts'
import type { Qmp, QmpAddress } from './qemu/qmp.ts'
import { readTail } from './serial.ts'

/** A QEMU that is still setting up listens after a moment; one that never answers is stuck. */
const answerMs = 15_000

/**
 * Takes over the machine that runs on this folder. What the runtime file says is checked against the process table
 * and against QMP, which has to answer with the instance's id.
 * @returns undefined when none runs.
 * @throws {VmError} 'qemu-failed' when ours runs but its control link does not answer.
 */
export async function adoptQemu(
  context: Context,
  signal: AbortSignal,
): Promise<QemuProcess | undefined> {
  const { config, files } = context
  const runtime = await readRuntime(files.runtime)
  if (!runtime) return undefined
  const instance = await findInstance(runtime)
  if (!instance) {
    config.log('runtime-stale', { pid: runtime.pid })
    await removeRuntime(files.runtime)
    return undefined
  }
  const address: QmpAddress =
    runtime.qmpPort === undefined
      ? { path: runtime.qmpPath ?? files.qmpSocket }
      : { port: runtime.qmpPort, secretFile: files.qmpSecret }
  const program = `QEMU (${instance.pid})`
  const qmp = await dialQmp(address, { timeoutMs: answerMs, signal, program })
  try {
    await checkIdentity(context, qmp, program, runtime.instanceId)
  } catch (error) {
    await qmp[Symbol.asyncDispose]()
    throw error
  }
  config.log('qemu-adopted', { ...instance, sshPort: runtime.sshPort })
  return watchProcess({ runtime: { ...runtime, ...instance }, instance, qmp, address })
}

async function checkIdentity(
  { files }: Context,
  qmp: Qmp,
  program: string,
  instanceId: string,
): Promise<void> {
  const failed = async (reason: string, cause?: unknown) =>
    new VmError(
      'qemu-failed',
      { program, reason },
      { cause, serial: await readTail(files.serial, 20) },
    )
  const answer = await qmp.execute('query-uuid').catch(async (cause: unknown) => {
    throw await failed('QMP does not answer', cause)
  })
  if (!JSON.stringify(answer).includes(instanceId)) {
    throw await failed('another machine answers on its control socket')
  }
}
