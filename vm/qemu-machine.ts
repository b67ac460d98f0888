import { createJudge, toEndError } from './aftermath.ts'
import { createBoard } from './board.ts'
import { createClaim, type Claim } from './claim.ts'
import type { Context } from './context.ts'
import { describeDisk } from './disk/describe.ts'
import { createMover, type Mover } from './disk/mover.ts'
import { VmError } from './errors.ts'
import { machineFiles } from './files.ts'
import { serveFolder } from './first-folders.ts'
import { toFolderError } from './folders.ts'
import { readFootprint } from './footprint.ts'
import { createGuestAccess } from './guest-access.ts'
import { createHold, type Hold } from './hold.ts'
import { createLimits, type OpenLimits } from './limits/limits.ts'
import type { MachineConfig } from './machine-config.ts'
import type { MachineSnapshot, MachineState } from './machine-state.ts'
import type { Machine, StopReport } from './machine.ts'
import { createEngineEvents } from './pulse/engine-events.ts'
import { createForwards } from './qemu/hostfwd.ts'
import type { ProcessEnd } from './qemu/launch.ts'
import { createVirtiofs } from './qemu/virtiofs/devices.ts'
import { readTail } from './serial.ts'
import type { Session } from './session.ts'
import { showStartFailure } from './start-failure.ts'
import { startSession } from './start.ts'
import { createStarts, type Starts } from './starts.ts'
import { endMachine, toStopError } from './stop.ts'

const defaultGraceMs = 60_000

/** A machine run by QEMU. Nothing is started or touched until `start` or `adopt`. */
export function createQemuMachine(config: MachineConfig): Machine {
  return new QemuMachine(config)
}

class QemuMachine implements Machine {
  readonly #context: Context
  readonly #claim: Claim
  readonly #mover: Mover
  readonly #judge: ReturnType<typeof createJudge>
  readonly #hold: Hold
  readonly #starts: Starts
  readonly limits: OpenLimits
  readonly #qemu = () => this.#hold.running().qemu
  readonly forwards = createForwards(this.#qemu, () => this.#qemu().runtime.sshPort)
  readonly virtiofs = createVirtiofs(this.#qemu, (one) => serveFolder(this.#context, one))
  readonly disk = () => describeDisk(this.#context.config)
  readonly footprint = async () => readFootprint(await this.disk(), this.#hold.session)
  readonly look: Machine['look'] = () => {
    this.#hold.look()
  }
  readonly serialTail = (lines: number) => readTail(this.#context.files.serial, lines)
  readonly #guest = createGuestAccess({ connection: (signal) => this.#hold.connection(signal) })
  readonly exec = this.#guest.exec
  readonly pipe = this.#guest.pipe
  readonly terminal = this.#guest.terminal
  readonly connect = this.#guest.connect
  readonly moveDisk: Machine['moveDisk'] = (...args) => this.#mover.move(...args)
  readonly #engineEvents = createEngineEvents()
  readonly onEngineEvent = this.#engineEvents.on
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
    this.#mover = createMover(this.#context, this.#claim, () => this.#stopOnce())
    this.limits = createLimits({
      context: this.#context,
      session: () => this.#hold.session,
      exec: this.exec,
    })
    this.#judge = createJudge(this.#context)
    this.#hold = createHold(this.#context, {
      onEngineEvent: this.#engineEvents.tell,
      onRunning: (session, over) => {
        this.limits.follow(session, over)
      },
      onEnd: (session, end, shutdown) => {
        if (!this.#stopping && !this.#disposed) void this.#onEnd(session, end, shutdown)
      },
    })
    this.#starts = createStarts({
      assertAllowed: () => {
        if (this.#disposed) throw new Error('the machine was let go')
        if (this.#mover.isMoving) throw new VmError('disk-moving')
      },
      busy: () => this.#stopping ?? this.#ending,
      isRunning: () => this.#hold.session !== undefined,
      start: (adoptOnly, signal) => this.#start(adoptOnly, signal),
    })
  }

  get snapshot(): MachineSnapshot {
    return this.#context.board.snapshot
  }

  onChange(listener: (snapshot: MachineSnapshot) => void): () => void {
    return this.#context.board.onChange(listener)
  }

  async start(signal?: AbortSignal): Promise<void> {
    await this.#starts.begin(false, signal)
  }

  adopt(signal?: AbortSignal): Promise<boolean> {
    return this.#starts.begin(true, signal)
  }

  async stop({ graceMs }: { graceMs?: number } = {}): Promise<StopReport> {
    await this.#mover.undo()
    return this.#stopOnce(graceMs)
  }

  #stopOnce(graceMs = defaultGraceMs): Promise<StopReport> {
    this.#orders++
    this.#stopping ??= this.#stop(graceMs).finally(() => (this.#stopping = undefined))
    return this.#stopping
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#orders++
    this.#disposed = true
    await this.#starts.giveUp(new Error('the machine was let go'))
    await this.#mover[Symbol.asyncDispose]()
    await this.#stopping?.catch(() => undefined)
    await this.#ending
    await this.#hold.letGo()
    await this.#claim.giveBack()
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
      this.#hold.take(opened)
      return true
    } catch (cause) {
      const error = toFolderError(cause, config.folder)
      await this.#claim.giveBack()
      showStartFailure(this.#context, error, signal)
      throw error
    }
  }

  /** The process is gone although nobody asked this machine to stop it. */
  async #onEnd(opened: Session, end: ProcessEnd, shutdown: string): Promise<void> {
    const orders = this.#orders
    const { board, config } = this.#context
    const ending = this.#clearUp(opened, end, shutdown).catch((cause: unknown) => {
      config.log('clear-up-failed', { reason: String(cause) })
      board.setState({ phase: 'failed', error: toEndError(end, opened.qemu) })
      return false
    })
    this.#ending = ending
    const again = await ending.finally(() => (this.#ending = undefined))
    if (again && orders === this.#orders) await this.#starts.begin(false).catch(() => undefined)
  }

  /** Resolves with whether it is to be started again. */
  async #clearUp(opened: Session, end: ProcessEnd, shutdown: string): Promise<boolean> {
    await this.#hold.letGo()
    const { state, again } = await this.#judge(opened.qemu, end, shutdown)
    if (!again) await this.#claim.giveBack()
    this.#context.board.setState(state)
    return again
  }

  async #stop(graceMs: number): Promise<StopReport> {
    const { board } = this.#context
    await this.#starts.giveUp(new Error('the machine is being stopped'))
    await this.#ending
    await this.#claim.takeToStop()
    const session = this.#hold.release()
    let state: MachineState = { phase: 'stopped' }
    try {
      return await endMachine(this.#context, session, graceMs)
    } catch (cause) {
      const error = toStopError(cause)
      state = { phase: 'failed', error }
      throw error
    } finally {
      await this.#hold.close(session)
      board.setState(state)
      await this.#claim.giveBack()
    }
  }
}
