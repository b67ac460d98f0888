import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import {
  type DataDisk,
  type ExecResult,
  type Footprint,
  type Limits,
  type LinkHealth,
  type Machine,
  type MachineProcess,
  type MachineSnapshot,
  type MoveProgress,
  startStages,
  type StopReport,
  VmError,
} from '#vm'
import { pause } from './fake-engine/pause.ts'
import { FakeEngineNetwork } from './fake-engine-network.ts'
import { FakeEngineSettings } from './fake-engine-settings.ts'
import { FakeForwards } from './fake-forwards.ts'
import { openGuest } from './fake-guest.ts'
import { FakeLimits } from './fake-limits.ts'
import { FakeReclaim } from './fake-reclaim.ts'
import {
  consoleLines,
  type MachineScenario,
  toProcess,
  toRunning,
  toSnapshot,
  toStarting,
  toStopped,
} from './fake-snapshots.ts'
import { noVirtiofs } from './fake-virtiofs.ts'

/** What a machine does with its engine. */
export interface MachineEngine {
  listen(socketPath: string): Promise<void>
  close(): Promise<void>
}

export interface FakeMachineOptions {
  engine: MachineEngine
  /** Where the engine listens while the machine runs. */
  dockerSocket: string
  /** Gets the guest's console. */
  folder: string
  scenario: MachineScenario
  /** How long one stage takes. */
  stepMs: number
  /** Holds the start-up at this many finished stages, until somebody starts it anew. */
  holdAt?: number
  /** What it may use, as far as it can be had live. */
  wanted?: () => Limits
  /** What of the guest takes space. */
  reclaim?: FakeReclaim
  /** With the hardware's help, and not in emulation. */
  fast?: boolean
}

const gibibyte = 1024 ** 3

/** A machine without a guest: it walks through the stages of a start, and then the fake engine listens. */
export class FakeMachine implements Machine {
  readonly #options: FakeMachineOptions
  readonly #process: MachineProcess
  readonly #listeners = new Set<(snapshot: MachineSnapshot) => void>()
  #snapshot: MachineSnapshot
  #diskFolder: string | undefined
  readonly forwards = new FakeForwards()
  readonly virtiofs = noVirtiofs
  readonly reclaim: FakeReclaim
  readonly engineSettings = new FakeEngineSettings()
  readonly engineNetwork = new FakeEngineNetwork()
  /** How often it was asked to look at itself. */
  looks = 0
  readonly limits = new FakeLimits(() => {
    const { state } = this.#snapshot
    const wanted = this.#options.wanted?.()
    if (state.phase !== 'running' || !wanted) return
    const { memoryMiB: range } = state.process.live
    const isLive = wanted.memoryMiB >= range.min && wanted.memoryMiB <= range.max
    const { memoryMiB } = isLive ? wanted : state.process
    this.#set({
      ...this.#snapshot,
      state: { ...state, process: { ...state.process, ...wanted, memoryMiB } },
    })
  })

  constructor(options: FakeMachineOptions) {
    this.#options = options
    this.reclaim = options.reclaim ?? new FakeReclaim()
    this.#process = toProcess(options)
    this.#snapshot = toSnapshot(options, this.#process)
    writeFileSync(join(options.folder, 'serial.log'), `${consoleLines.slice(0, 4).join('\n')}\n`)
  }

  get snapshot(): MachineSnapshot {
    return this.#snapshot
  }

  /** Begins as its scenario says: with an engine that listens, on its way there, or not at all. */
  async begin(): Promise<void> {
    const { scenario, engine, dockerSocket, holdAt } = this.#options
    if (scenario === 'running' || scenario === 'degraded') await engine.listen(dockerSocket)
    this.#set(this.#snapshot)
    if (scenario === 'starting' && holdAt === undefined) void this.start()
  }

  onChange(listener: (snapshot: MachineSnapshot) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** A guest that says nothing of its engine. */
  onEngineEvent(): () => void {
    return () => undefined
  }

  async start(): Promise<void> {
    if (this.#snapshot.state.phase === 'running') return
    const { stepMs, engine, dockerSocket } = this.#options
    for (let done = 0; done < startStages.length; done += 1) {
      this.#set(toStarting(done, this.#process))
      await pause(stepMs)
    }
    await engine.listen(dockerSocket)
    this.#set(toRunning(this.#process))
  }

  adopt(): Promise<boolean> {
    return Promise.resolve(this.#snapshot.state.phase === 'running')
  }

  async stop(): Promise<StopReport> {
    const { stepMs, engine } = this.#options
    this.#set({ ...this.#snapshot, state: { phase: 'stopping', process: this.#process } })
    await engine.close()
    this.forwards.clear()
    await pause(stepMs)
    this.#set(toStopped())
    return { graceful: true, ms: stepMs }
  }

  disk(): Promise<DataDisk> {
    const folder = this.#diskFolder ?? this.#options.folder
    return Promise.resolve({
      ...{ path: join(folder, 'data.raw'), isOwn: this.#diskFolder === undefined },
      ...{ allocated: 18 * gibibyte, free: 212 * gibibyte },
    })
  }

  /** As slowly as a start, a tenth of the bytes a step; nothing fits into a folder that is called `full`. */
  async moveDisk(
    folder: string,
    options: { signal?: AbortSignal; onProgress?: (progress: MoveProgress) => void } = {},
  ): Promise<void> {
    const { onProgress = () => undefined, signal } = options
    onProgress({ step: 'check' })
    if (folder.endsWith('full'))
      throw new VmError('disk-no-room', { folder, needed: '19.0 GiB', free: '812 MiB' })
    onProgress({ step: 'stop' })
    await this.stop()
    for (const step of ['copy', 'verify'] as const)
      for (let tenth = 0; tenth <= 10; tenth += 1) {
        onProgress({ step, bytes: (18 * gibibyte * tenth) / 10, total: 18 * gibibyte })
        await pause(this.#options.stepMs)
        signal?.throwIfAborted()
      }
    onProgress({ step: 'switch' })
    this.#diskFolder = folder === '' ? undefined : folder
    onProgress({ step: 'finish' })
  }

  /** What the guest's links are said to be, from now on. */
  setHealth(health: LinkHealth[]): void {
    this.#set({ ...this.#snapshot, health })
  }

  /** What the guest is said to have mended, and ended for want of memory. */
  note(news: Partial<Pick<MachineSnapshot, 'repairs' | 'outOfMemory'>>): void {
    this.#set({ ...this.#snapshot, ...news })
  }

  look(): void {
    this.looks += 1
  }

  exec(command: readonly string[], { input = '' }: { input?: string | Buffer } = {}) {
    if (['/usr/lib/berth/engine-settings', 'pidof'].includes(command[0] ?? ''))
      return this.engineSettings.exec(command, String(input))
    if (/\/(engine-network|authorities)$/.test(command[0] ?? ''))
      return this.engineNetwork.exec(command, String(input))
    return Promise.resolve<ExecResult>(this.reclaim.exec(command, String(input)))
  }

  footprint(): Promise<Footprint> {
    return Promise.resolve(this.reclaim.footprint())
  }

  terminal(command: readonly string[], size: { columns: number; rows: number }) {
    return Promise.resolve(openGuest(command, size))
  }

  pipe() {
    return Promise.resolve(new PassThrough())
  }

  /** Something that says back what it is told. */
  connect() {
    return Promise.resolve(new PassThrough())
  }

  serialTail(lines: number): Promise<string[]> {
    return Promise.resolve(consoleLines.slice(-lines))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#options.engine.close()
  }

  #set(snapshot: MachineSnapshot): void {
    this.#snapshot = snapshot
    for (const listener of this.#listeners) listener(snapshot)
  }
}
