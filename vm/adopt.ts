import type { Context } from './context.ts'
import { withDeadline } from './waiting.ts'
import { VmError } from './errors.ts'
import { awaitQmp } from './qemu/launch.ts'
import { watchProcess, type QemuProcess } from './qemu/qemu-process.ts'
import { findInstance, readRuntime, removeRuntime } from './qemu/runtime.ts'
import type { QmpAddress } from './qemu/qmp.ts'
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
  { config, files }: Context,
  signal: AbortSignal,
): Promise<QemuProcess | undefined> {
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
      ? { path: files.qmpSocket }
      : { port: runtime.qmpPort, secretFile: files.qmpSecret }
  const stuck = () =>
    new VmError('qemu-failed', { program: `QEMU (${instance.pid})`, reason: 'QMP does not answer' })
  const qmp = await withDeadline(answerMs, signal, stuck, (until) => awaitQmp(address, until))
  const answer = await qmp.execute('query-uuid')
  if (!JSON.stringify(answer).includes(runtime.instanceId)) {
    await qmp[Symbol.asyncDispose]()
    throw new VmError(
      'qemu-failed',
      {
        program: `QEMU (${instance.pid})`,
        reason: 'another machine answers on its control socket',
      },
      { serial: await readTail(files.serial, 20) },
    )
  }
  config.log('qemu-adopted', { ...instance, sshPort: runtime.sshPort })
  return watchProcess({ runtime: { ...runtime, ...instance }, instance, qmp, address })
}
