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
  /** Tells when the control link of the living process broke and when it is back. */
  onLink(listener: (up: boolean) => void): () => void
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
  const events = createListeners<QmpEvent>()
  const links = createListeners<boolean>()
  const letGo = new AbortController()
  const ended = Promise.withResolvers<ProcessEnd>()
  let qmp = parts.qmp

  // A process table that cannot be read says nothing of its end.
  const alive = () =>
    findInstance({ ...runtime, ...instance }).then(
      (found) => found !== undefined,
      () => true,
    )
  const keepLinked = async () => {
    for (;;) {
      qmp.onEvent(events.tell)
      await qmp.closed
      if (letGo.signal.aborted) return
      // The link closes some milliseconds before the process has left the table.
      for (let look = 0; look < 20 && (await alive()); look++) await pause(50, letGo.signal)
      if (!(await alive())) break
      links.tell(false)
      qmp = await relink(address, alive, letGo.signal)
      links.tell(true)
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
    onEvent: events.add,
    onLink: links.add,
    async kill() {
      if (launched) launched.kill()
      else await signalInstance(instance, runtime.instanceId, 'SIGKILL')
    },
    async [Symbol.asyncDispose]() {
      letGo.abort()
      await qmp[Symbol.asyncDispose]()
    },
  }
}

function createListeners<T>() {
  const listeners = new Set<(value: T) => void>()
  return {
    tell: (value: T) => {
      for (const listener of listeners) listener(value)
    },
    add: (listener: (value: T) => void) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
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
