import {
  AppError,
  type AppStatus,
  type DataDisk,
  type DiskMove,
  type HostPort,
  type MachineApi,
  type MachineLog,
  type MachineUsage,
} from '#api'
import type { Machine } from '#vm'
import { createLive, type Live } from '../live.ts'
import { moveDisk } from './disk-move.ts'
import { askMachine } from './errors.ts'
import { type LogSources, readMachineLog } from './logs.ts'
import { UsageFeed } from './usage.ts'

export interface MachineServiceParts {
  machine: Machine
  logs: LogSources
  /** Makes the status from what is known now. */
  status(): AppStatus
  /** Told to who asks once (the CLI), not to those who watch: windows have their own way in. */
  uiUrl(): string | undefined
  /** Told the same way. */
  ports(): readonly HostPort[]
  /** No container is to have this file: the data disk, in its place or in the one that it is about to have. */
  hide(file: string): void
}

/** MachineApi over the machine of vm/. */
export class MachineService implements MachineApi, Disposable {
  readonly #parts: MachineServiceParts
  readonly #live: Live<AppStatus>
  readonly #usage: UsageFeed
  readonly #stopListening: () => void
  /** Moves that were left, until they are undone or done. */
  #leaving: Promise<unknown> = Promise.resolve()

  constructor(parts: MachineServiceParts) {
    this.#parts = parts
    this.#live = createLive(parts.status())
    this.#usage = new UsageFeed(parts.machine)
    this.#stopListening = parts.machine.onChange(() => this.refresh())
  }

  /** Tells the watchers anew, when something else than the machine changed. */
  refresh(): void {
    this.#live.set(this.#parts.status())
  }

  watch(): AsyncIterable<AppStatus> {
    return this.#live.watch()
  }

  async status(): Promise<AppStatus> {
    const disk = await this.#parts.machine.disk().catch(() => undefined)
    const url = this.#parts.uiUrl()
    return {
      ...this.#parts.status(),
      ...(url !== undefined && { ui: { url } }),
      ports: [...this.#parts.ports()],
      ...(disk && { disk }),
    }
  }

  start(): Promise<void> {
    return askMachine(() => this.#parts.machine.start()).catch((error: unknown) => {
      // A stop that came in between gives the start up: that is nobody's failure.
      const { phase } = this.#parts.machine.snapshot.state
      const isStopped = phase === 'stopping' || phase === 'stopped'
      throw !(error instanceof AppError) && isStopped
        ? new AppError('not-running', {}, { cause: error })
        : error
    })
  }

  async stop(): Promise<{ graceful: boolean }> {
    const { graceful } = await askMachine(() => this.#parts.machine.stop())
    return { graceful }
  }

  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  logs(
    source: MachineLog,
    options: { tail?: number; follow?: boolean } = {},
  ): AsyncIterable<string[]> {
    return readMachineLog(this.#parts.logs, source, options)
  }

  disk(): Promise<DataDisk> {
    return askMachine(async () => {
      await this.#leaving
      return this.#parts.machine.disk()
    })
  }

  moveDisk(folder: string): AsyncIterable<DiskMove> {
    const hide = (file: string) => this.#parts.hide(file)
    return moveDisk(this.#parts.machine, folder, hide, (settled) => {
      this.#leaving = Promise.all([this.#leaving, settled])
    })
  }

  usage(): AsyncIterable<MachineUsage> {
    return this.#usage.watch()
  }

  [Symbol.dispose](): void {
    this.#stopListening()
  }
}
