import type { Duplex } from 'node:stream'
import { createJudge, noteShutdown, toEndError } from './aftermath.ts'
import { createBoard } from './board.ts'
import { createClaim, type Claim } from './claim.ts'
import type { Context } from './context.ts'
import { VmError } from './errors.ts'
import { machineFiles } from './files.ts'
import { toFolderError } from './folders.ts'
import type {
  ExecResult,
  GuestTerminal,
  Machine,
  MachineConfig,
  MachineSnapshot,
  MachineState,
  StopReport,
} from './machine.ts'
import { createForwards } from './qemu/hostfwd.ts'
import type { ProcessEnd } from './qemu/launch.ts'
import { createVirtiofs } from './qemu/virtiofs/devices.ts'
import { findVirtiofs } from './qemu/virtiofs/find.ts'
import { startServer } from './qemu/virtiofs/server.ts'
import { readTail } from './serial.ts'
import { toMachineProcess, type Session } from './session.ts'
import { execOverSsh, openPipe, openTerminal } from './ssh/exec.ts'
import type { SshConnection } from './ssh/connection.ts'
import { startSession } from './start.ts'
import { endMachine } from './stop.ts'
import { supervise } from './supervise.ts'
import { abortReason, untilAborted } from './waiting.ts'

const defaultGraceMs = 60_000
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
  readonly #claim: Claim
  readonly #judge: ReturnType<typeof createJudge>
  readonly forwards = createForwards(
    () => this.#running().qemu,
    () => this.#running().qemu.runtime.sshPort,
  )
  readonly virtiofs = createVirtiofs(
    () => this.#running().qemu,
    async (folder) => {
      const { config, files } = this.#context
      const program = await findVirtiofs(undefined, config.socketFolder)
      return startServer(program, folder, files, new AbortController().signal)
    },
  )
  #session: { opened: Session; over: AbortController } | undefined
  #starting: Starting | undefined
  #stopping: Promise<StopReport> | undefined
  /** What is done after an end that nobody asked for; never rejects. */
  #ending: Promise<unknown> | undefined
  /** Counts what was asked since, so that a restart does not undo a stop. */
  #orders = 0
  #disposed = false

  constructor(config: MachineConfig) {
    const files = machineFiles(config.folder, config.socketFolder)
    this.#context = { config, files, board: createBoard() }
    this.#claim = createClaim(this.#context)
    this.#judge = createJudge(this.#context)
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

  async pipe(command: readonly string[]): Promise<Duplex> {
    return openPipe(await this.#connection(), command)
  }

  async terminal(
    command: readonly string[],
    size: { columns: number; rows: number },
  ): Promise<GuestTerminal> {
    return openTerminal(await this.#connection(), command, size)
  }

  async connect(
    { address, port }: { address: string; port: number },
    signal?: AbortSignal,
  ): Promise<Duplex> {
    const connection = await this.#connection(signal)
    return connection.openPort(address, port, signal)
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
    await this.#claim.giveBack()
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
      await this.#claim.take()
      const opened = await startSession(this.#context, { adoptOnly, signal })
      if (!opened) {
        await this.#claim.giveBack()
        return false
      }
      this.#watch(opened)
      return true
    } catch (cause) {
      const error = toFolderError(cause, config.folder)
      await this.#claim.giveBack()
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
    const shutdown = noteShutdown(opened.qemu)
    supervise(this.#context, opened, over.signal)
    opened.qemu.onLink((up) => {
      if (!over.signal.aborted) this.#showLink(up)
    })
    void opened.qemu.ended.then((end) => {
      if (this.#session?.opened !== opened || this.#stopping || this.#disposed) return
      void this.#onEnd(opened, end, shutdown())
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
  async #onEnd(opened: Session, end: ProcessEnd, shutdown: string): Promise<void> {
    const orders = this.#orders
    const { board, config } = this.#context
    const ending = this.#clearUp(opened, end, shutdown).catch((cause: unknown) => {
      config.log('clear-up-failed', { reason: String(cause) })
      board.setState({ phase: 'failed', error: toEndError(end, opened.qemu, []) })
      return false
    })
    this.#ending = ending
    const again = await ending.finally(() => (this.#ending = undefined))
    if (again && orders === this.#orders) await this.#begin(false).catch(() => undefined)
  }

  /** Resolves with whether it is to be started again. */
  async #clearUp(opened: Session, end: ProcessEnd, shutdown: string): Promise<boolean> {
    await this.#letGo()
    const { state, again } = await this.#judge(opened.qemu, end, shutdown)
    if (!again) await this.#claim.giveBack()
    this.#context.board.setState(state)
    return again
  }

  async #stop(graceMs: number): Promise<StopReport> {
    const { board, config } = this.#context
    this.#starting?.abort.abort(new Error('the machine is being stopped'))
    await this.#starting?.promise.catch(() => undefined)
    await this.#ending
    await this.#claim.take().catch((cause: unknown) => {
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
        cause instanceof VmError ? cause : new VmError('stop-failed', { reason }, { cause })
      state = { phase: 'failed', error }
      throw error
    } finally {
      await this.#close(session?.opened)
      board.setState(state)
      await this.#claim.giveBack()
    }
  }

  async #connection(signal?: AbortSignal): Promise<SshConnection> {
    const { link } = this.#running()
    const patience = AbortSignal.timeout(execPatienceMs)
    const both = signal ? AbortSignal.any([signal, patience]) : patience
    return link.connection(both).catch((cause: unknown) => {
      signal?.throwIfAborted()
      throw new VmError('link-lost', { seconds: execPatienceMs / 1000 }, { cause })
    })
  }

  #running(): Session {
    if (!this.#session) throw new VmError('not-running')
    return this.#session.opened
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
}

async function settled(promise: Promise<unknown>, signal?: AbortSignal): Promise<void> {
  const quiet = promise.catch(() => undefined)
  await (signal ? untilAborted(quiet, signal) : quiet)
}
