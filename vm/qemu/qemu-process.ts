import { pause, withDeadline } from '../waiting.ts'
import { awaitQmp, type Launched, type ProcessEnd } from './launch.ts'
import type { Qmp, QmpAddress, QmpEvent } from './qmp.ts'
import { findInstance, signalInstance, type Instance, type Runtime } from './runtime.ts'

/** One living QEMU, started or adopted, with its control link kept up. */
export interface QemuProcess extends AsyncDisposable {
  readonly instance: Instance
  readonly runtime: Runtime
  readonly adopted: boolean
  /** Resolves once the process is gone. */
  readonly ended: Promise<ProcessEnd>
  /** @throws {QmpError} when QEMU refuses or the control link is down. */
  execute(command: string, args?: Record<string, unknown>): Promise<unknown>
  onEvent(listener: (event: QmpEvent) => void): () => void
  /** Ends the process at once; never another one that got its pid. */
  kill(): Promise<void>
}

export interface ProcessParts {
  runtime: Runtime
  instance: Instance
  qmp: Qmp
  address: QmpAddress
  /** Set when this app started it and so hears of its end from the system. */
  launched?: Launched
}

/**
 * Watches the process and redials QMP when only the link broke. Disposing lets go of the process without ending it.
 */
export function watchProcess(parts: ProcessParts): QemuProcess {
  const { runtime, instance, address, launched } = parts
  const listeners = new Set<(event: QmpEvent) => void>()
  const letGo = new AbortController()
  const ended = Promise.withResolvers<ProcessEnd>()
  let qmp = parts.qmp

  const alive = async () => (await findInstance({ ...runtime, ...instance })) !== undefined
  const listen = (link: Qmp) => {
    link.onEvent((event) => {
      for (const listener of listeners) listener(event)
    })
  }
  const keepLinked = async () => {
    for (;;) {
      listen(qmp)
      await qmp.closed
      if (letGo.signal.aborted) return
      // The link closes some milliseconds before the process has left the table.
      for (let look = 0; look < 20 && (await alive()); look++) await pause(50, letGo.signal)
      if (!(await alive())) break
      qmp = await relink(address, alive, letGo.signal)
    }
    if (!launched) ended.resolve({})
  }
  void launched?.ended.then(ended.resolve)
  keepLinked().catch(() => {
    if (!letGo.signal.aborted && !launched) ended.resolve({})
  })

  return {
    instance,
    runtime,
    adopted: launched === undefined,
    ended: ended.promise,
    execute: (command, args) => qmp.execute(command, args),
    onEvent(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async kill() {
      await signalInstance(instance, runtime.instanceId, 'SIGKILL')
    },
    async [Symbol.asyncDispose]() {
      letGo.abort()
      await qmp[Symbol.asyncDispose]()
    },
  }
}

async function relink(
  address: QmpAddress,
  alive: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<Qmp> {
  for (;;) {
    try {
      const noAnswer = () => new Error('no answer')
      return await withDeadline(2000, signal, noAnswer, (until) => awaitQmp(address, until))
    } catch (error) {
      if (signal.aborted || !(await alive())) throw error
    }
  }
}
