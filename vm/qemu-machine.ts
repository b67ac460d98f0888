import { createBoard } from './board.ts'
import { adoptQemu } from './adopt.ts'
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
  StopReport,
} from './machine.ts'
import type { ProcessEnd } from './qemu/launch.ts'
import type { QemuProcess } from './qemu/qemu-process.ts'
import { readTail } from './serial.ts'
import { toMachineProcess, type Session } from './session.ts'
import { execOverSsh, openTerminal } from './ssh/exec.ts'
import type { SshConnection } from './ssh/connection.ts'
import { startSession, toEndError } from './start.ts'
import { endQemu } from './stop.ts'
import { supervise } from './supervise.ts'
import { untilAborted } from './waiting.ts'

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
}

class QemuMachine implements Machine {
  readonly #context: Context
  #lock: AsyncDisposable | undefined
  #session: { opened: Session; over: AbortController } | undefined
  #starting: Starting | undefined
  #stopping: Promise<StopReport> | undefined
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
    this.#starting?.abort.abort(new Error('the machine was let go'))
    await this.#starting?.promise.catch(() => undefined)
    await this.#stopping?.catch(() => undefined)
    await this.#letGo()
    await this.#unlock()
  }

  async #begin(adoptOnly: boolean, signal?: AbortSignal): Promise<boolean> {
    signal?.throwIfAborted()
    await this.#stopping
    if (this.#session) return true
    const under = this.#starting
    if (under && (adoptOnly || !under.adoptOnly)) {
      return signal ? untilAborted(under.promise, signal) : under.promise
    }
    if (under && (await under.promise.catch(() => false))) return true
    const abort = new AbortController()
    const both = signal ? AbortSignal.any([signal, abort.signal]) : abort.signal
    const promise = this.#start(adoptOnly, both).finally(() => (this.#starting = undefined))
    this.#starting = { promise, abort, adoptOnly }
    return promise
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
    void opened.qemu.ended.then(async (end) => {
      if (this.#session?.opened === opened) await this.#onEnd(opened, end, planned)
    })
    this.#context.board.setState({ phase: 'running', process: toMachineProcess(opened.qemu) })
  }

  /** The process is gone although nobody asked this machine to stop it. */
  async #onEnd(opened: Session, end: ProcessEnd, planned: string): Promise<void> {
    const { board, config } = this.#context
    await this.#letGo()
    if (planned === 'guest-shutdown') {
      config.log('guest-powered-off', {})
      await this.#unlock()
      board.setState({ phase: 'stopped' })
      return
    }
    const error = toEndError(end, opened.qemu, await this.serialTail(100))
    config.log('machine-ended', { code: error.code, ...error.params, planned })
    board.setState({ phase: 'failed', error })
    const again = performance.now() - this.#lastDeath > deathsApartMs
    this.#lastDeath = performance.now()
    if (again) await this.#begin(false).catch(() => undefined)
    else await this.#unlock()
  }

  async #stop(graceMs: number): Promise<StopReport> {
    const { board } = this.#context
    this.#starting?.abort.abort(new Error('the machine is being stopped'))
    await this.#starting?.promise.catch(() => undefined)
    await this.#claim()
    const session = this.#session
    this.#session = undefined
    session?.over.abort()
    await session?.opened.windDown()
    try {
      const qemu =
        session?.opened.qemu ?? (await adoptQemu(this.#context, AbortSignal.timeout(20_000)))
      if (!qemu) return { graceful: true, ms: 0 }
      board.setState({ phase: 'stopping', process: toMachineProcess(qemu) })
      return await this.#end(qemu, session?.opened, graceMs)
    } finally {
      await session?.opened[Symbol.asyncDispose]()
      board.resetHealth()
      board.setProcess(undefined)
      board.setState({ phase: 'stopped' })
      await this.#unlock()
    }
  }

  #end(qemu: QemuProcess, session: Session | undefined, graceMs: number): Promise<StopReport> {
    const powerOff = async () => {
      if (session?.link.current) await execOverSsh(session.link.current, ['poweroff'])
    }
    return endQemu(this.#context, qemu, { graceMs, powerOff })
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
    this.#lock ??= await lockFolder(files.lock)
  }

  async #letGo(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    session?.over.abort()
    await session?.opened[Symbol.asyncDispose]()
    this.#context.board.resetHealth()
    this.#context.board.setProcess(undefined)
  }

  async #unlock(): Promise<void> {
    const lock = this.#lock
    this.#lock = undefined
    await lock?.[Symbol.asyncDispose]()
  }
}
