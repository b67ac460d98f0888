import { createBoard } from './board.ts'
import type { Context } from './context.ts'
import { VmError } from './errors.ts'
import { machineFiles } from './files.ts'
import { lockFolder } from './folder-lock.ts'
import { ensureFolders, toFolderError } from './folders.ts'
import type {
  ExecResult,
  GuestTerminal,
  Machine,
  MachineConfig,
  MachineSnapshot,
  MachineState,
  StopReport,
} from './machine.ts'
import type { ProcessEnd } from './qemu/launch.ts'
import { readTail } from './serial.ts'
import { toMachineProcess, type Session } from './session.ts'
import { execOverSsh, openTerminal } from './ssh/exec.ts'
import type { SshConnection } from './ssh/connection.ts'
import { startSession, toEndError } from './start.ts'
import { endMachine } from './stop.ts'
import { supervise } from './supervise.ts'
import { abortReason, untilAborted } from './waiting.ts'

const defaultGraceMs = 60_000
/** A machine that dies twice within this time is not started again by itself. */
const deathsApartMs = 5 * 60_000
const execPatienceMs = 15_000

/** A machine run by QEMU. Nothing is started or touched until `start` or `adopt`. */
export function createQemuMachine(config: MachineConfig): Machine {
  return new QemuMachine(config)
}

interface Starting {
  promise: Promise<boolean>
  abort: AbortController
  adoptOnly: boolean
  /** Once the last of those who wait for it has left, it is given up. */
  callers: number
}

class QemuMachine implements Machine {
  readonly #context: Context
  #lock: Promise<AsyncDisposable> | undefined
  #session: { opened: Session; over: AbortController } | undefined
  #starting: Starting | undefined
  #stopping: Promise<StopReport> | undefined
  /** What is done after an end that nobody asked for; never rejects. */
  #ending: Promise<unknown> | undefined
  /** Counts what was asked since, so that a restart does not undo a stop. */
  #orders = 0
  #disposed = false
  #lastDeath = -Infinity

  constructor(config: MachineConfig) {
    const files = machineFiles(config.folder, config.socketFolder)
    this.#context = { config, files, board: createBoard() }
  }

  get snapshot(): MachineSnapshot {
    return this.#context.board.snapshot
  }

  onChange(listener: (snapshot: MachineSnapshot) => void): () => void {
    return this.#context.board.onChange(listener)
  }

  async start(signal?: AbortSignal): Promise<void> {
    await this.#begin(false, signal)
  }

  adopt(signal?: AbortSignal): Promise<boolean> {
    return this.#begin(true, signal)
  }

  async stop({ graceMs = defaultGraceMs }: { graceMs?: number } = {}): Promise<StopReport> {
    this.#orders++
    this.#stopping ??= this.#stop(graceMs).finally(() => (this.#stopping = undefined))
    return this.#stopping
  }

  async exec(
    command: readonly string[],
    options?: { input?: string | Buffer; signal?: AbortSignal },
  ): Promise<ExecResult> {
    return execOverSsh(await this.#connection(options?.signal), command, options)
  }

  async terminal(
    command: readonly string[],
    size: { columns: number; rows: number },
  ): Promise<GuestTerminal> {
    return openTerminal(await this.#connection(), command, size)
  }

  serialTail(lines: number): Promise<string[]> {
    return readTail(this.#context.files.serial, lines)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#orders++
    this.#disposed = true
    this.#starting?.abort.abort(new Error('the machine was let go'))
    await this.#starting?.promise.catch(() => undefined)
    await this.#stopping?.catch(() => undefined)
    await this.#ending
    await this.#letGo()
    await this.#unlock()
  }

  /** What it finds is looked at again after each wait, and nothing is waited for between the last look and the start. */
  async #begin(adoptOnly: boolean, signal?: AbortSignal): Promise<boolean> {
    for (;;) {
      signal?.throwIfAborted()
      if (this.#disposed) throw new Error('the machine was let go')
      const busy = this.#stopping ?? this.#ending
      const under = this.#starting
      if (busy) await settled(busy, signal)
      else if (this.#session) return true
      else if (!under) break
      else if (!under.abort.signal.aborted && (adoptOnly || !under.adoptOnly)) {
        return this.#join(under, signal)
      } else await settled(under.promise, signal)
    }
    const abort = new AbortController()
    const promise = this.#start(adoptOnly, abort.signal).finally(() => (this.#starting = undefined))
    this.#starting = { promise, abort, adoptOnly, callers: 0 }
    return this.#join(this.#starting, signal)
  }

  async #join(starting: Starting, signal?: AbortSignal): Promise<boolean> {
    starting.callers++
    if (!signal) return starting.promise
    try {
      return await untilAborted(starting.promise, signal)
    } catch (error) {
      if (!signal.aborted || --starting.callers > 0) throw error
      starting.abort.abort(abortReason(signal))
      return starting.promise
    }
  }

  async #start(adoptOnly: boolean, signal: AbortSignal): Promise<boolean> {
    const { board, config } = this.#context
    try {
      if (!adoptOnly) board.setState({ phase: 'starting', stage: 'image' })
      await this.#claim()
      const opened = await startSession(this.#context, { adoptOnly, signal })
      if (!opened) {
        await this.#unlock()
        return false
      }
      this.#watch(opened)
      return true
    } catch (cause) {
      const error = toFolderError(cause, config.folder)
      await this.#unlock()
      this.#showFailure(error, signal)
      throw error
    }
  }

  #showFailure(error: unknown, signal: AbortSignal): void {
    const { board, config } = this.#context
    const { state } = board.snapshot
    board.resetHealth()
    board.setProcess(undefined)
    if (signal.aborted || !(error instanceof VmError)) board.setState({ phase: 'stopped' })
    else {
      const stage = state.phase === 'starting' ? state.stage : undefined
      config.log('start-failed', { stage, code: error.code, ...error.params })
      board.setState({ phase: 'failed', stage, error })
    }
  }

  #watch(opened: Session): void {
    const over = new AbortController()
    this.#session = { opened, over }
    let planned = ''
    opened.qemu.onEvent(({ name, data }) => {
      if (name === 'SHUTDOWN' && data['guest'] === true) planned = String(data['reason'])
    })
    supervise(this.#context, opened, over.signal)
    opened.qemu.onLink((up) => {
      if (!over.signal.aborted) this.#showLink(up)
    })
    void opened.qemu.ended.then((end) => {
      if (this.#session?.opened !== opened || this.#stopping || this.#disposed) return
      void this.#onEnd(opened, end, planned)
    })
    this.#context.board.setState({ phase: 'running', process: toMachineProcess(opened.qemu) })
  }

  /** Only trouble of the link itself: a disk that is full has a word of its own there. */
  #showLink(up: boolean): void {
    const { board } = this.#context
    const now = board.snapshot.health.find(({ link }) => link === 'process')?.state
    if (now === (up ? 'repairing' : 'ok')) board.setHealth('process', up ? 'ok' : 'repairing')
  }

  /** The process is gone although nobody asked this machine to stop it. */
  async #onEnd(opened: Session, end: ProcessEnd, planned: string): Promise<void> {
    const orders = this.#orders
    const { board, config } = this.#context
    const ending = this.#clearUp(opened, end, planned).catch((cause: unknown) => {
      config.log('clear-up-failed', { reason: String(cause) })
      board.setState({ phase: 'failed', error: toEndError(end, opened.qemu, []) })
      return false
    })
    this.#ending = ending
    const again = await ending.finally(() => (this.#ending = undefined))
    if (again && orders === this.#orders) await this.#begin(false).catch(() => undefined)
  }

  /** Resolves with whether it is to be started again. */
  async #clearUp(opened: Session, end: ProcessEnd, planned: string): Promise<boolean> {
    const { board, config } = this.#context
    await this.#letGo()
    if (planned === 'guest-shutdown') {
      config.log('guest-powered-off', {})
      await this.#unlock()
      board.setState({ phase: 'stopped' })
      return false
    }
    const error = toEndError(end, opened.qemu, await this.serialTail(100).catch(() => []))
    config.log('machine-ended', { code: error.code, ...error.params, planned })
    board.setState({ phase: 'failed', error })
    const again = performance.now() - this.#lastDeath > deathsApartMs
    this.#lastDeath = performance.now()
    if (!again) await this.#unlock()
    return again
  }

  async #stop(graceMs: number): Promise<StopReport> {
    const { board, config } = this.#context
    this.#starting?.abort.abort(new Error('the machine is being stopped'))
    await this.#starting?.promise.catch(() => undefined)
    await this.#ending
    await this.#claim().catch((cause: unknown) => {
      if (cause instanceof VmError && cause.code === 'disk-in-use') throw cause
      // A folder that cannot be written does not keep anything from being stopped.
      config.log('stop-unlocked', { reason: String(cause) })
    })
    const session = this.#session
    this.#session = undefined
    session?.over.abort()
    let state: MachineState = { phase: 'stopped' }
    try {
      return await endMachine(this.#context, session?.opened, graceMs)
    } catch (cause) {
      const reason = String(cause)
      const error =
        cause instanceof VmError
          ? cause
          : new VmError('qemu-failed', { program: 'QEMU', reason }, { cause })
      state = { phase: 'failed', error }
      throw error
    } finally {
      await this.#close(session?.opened)
      board.setState(state)
      await this.#unlock()
    }
  }

  async #connection(signal?: AbortSignal): Promise<SshConnection> {
    if (!this.#session) throw new VmError('not-running')
    const patience = AbortSignal.timeout(execPatienceMs)
    const both = signal ? AbortSignal.any([signal, patience]) : patience
    return this.#session.opened.link.connection(both).catch((cause: unknown) => {
      signal?.throwIfAborted()
      throw new VmError('link-lost', { seconds: execPatienceMs / 1000 }, { cause })
    })
  }

  /** The folders, and the right to use them that only one app has at a time. */
  async #claim(): Promise<void> {
    const { config, files } = this.#context
    await ensureFolders([config.folder, config.socketFolder])
    this.#lock ??= lockFolder(files.lock)
    try {
      await this.#lock
    } catch (error) {
      this.#lock = undefined
      throw error
    }
  }

  async #letGo(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    session?.over.abort()
    await this.#close(session?.opened)
  }

  async #close(session: Session | undefined): Promise<void> {
    const { board, config } = this.#context
    try {
      await session?.[Symbol.asyncDispose]()
    } catch (cause) {
      config.log('close-failed', { reason: String(cause) })
    }
    board.resetHealth()
    board.setProcess(undefined)
  }

  /** A lock file that cannot be removed counts for nothing once this app has ended. */
  async #unlock(): Promise<void> {
    const lock = this.#lock
    this.#lock = undefined
    try {
      await (await lock)?.[Symbol.asyncDispose]()
    } catch (cause) {
      this.#context.config.log('unlock-failed', { reason: String(cause) })
    }
  }
}

async function settled(promise: Promise<unknown>, signal?: AbortSignal): Promise<void> {
  const quiet = promise.catch(() => undefined)
  await (signal ? untilAborted(quiet, signal) : quiet)
}
