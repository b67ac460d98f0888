import type { Duplex } from 'node:stream'
import type { DataDisk, MoveProgress } from './disk/data-disk.ts'
import type { MachineLimits } from './limits/machine-limits.ts'
import type { MachineForwards, MachineVirtiofs } from './machine-devices.ts'
import type { MachineSnapshot } from './machine-state.ts'

/** What a machine takes of this computer. `memoryBytes` is absent while none runs, and where it cannot be told. */
export interface Footprint {
  diskBytes: number
  memoryBytes?: number
}

export interface StopReport {
  /** False when the guest did not power off in time and was ended. */
  graceful: boolean
  ms: number
}

export interface ExecResult {
  code: number
  stdout: Buffer
  stderr: Buffer
}

/** A terminal in the guest. Bytes in, bytes out; `resize` tells the new size in character cells. */
export interface GuestTerminal {
  stream: Duplex
  resize(size: { columns: number; rows: number }): void
  /** Resolves with the exit code once the program has ended. */
  exited: Promise<number>
}

/**
 * A Linux virtual machine with Docker Engine in it.
 *
 * The process is detached: disposing a Machine lets go of it (closes QMP, ssh and the forwarded socket) and leaves it
 * running; only `stop` ends it. A later Machine on the same folder adopts it.
 */
export interface Machine extends AsyncDisposable {
  readonly snapshot: MachineSnapshot
  /** Calls `listener` after every change of `snapshot`; returns the function that ends it. */
  onChange(listener: (snapshot: MachineSnapshot) => void): () => void
  /**
   * Calls `listener` each time the guest saw the engine tell of an event, with when that was in nanoseconds: who follows
   * the engine's events through the socket can tell by it whether they still come. Returns the function that ends it.
   */
  readonly onEngineEvent: (listener: (timeNano: number) => void) => () => void
  /**
   * Adopts the machine that runs on this folder, or boots one; resolves when the engine answers on `hostSocket`.
   * A second call while one is under way joins it.
   * @throws {VmError} with the failed stage's hint and the serial log's last lines.
   */
  start(signal?: AbortSignal): Promise<void>
  /** Adopts a machine that already runs, and resolves with whether there was one. Never boots. */
  adopt(signal?: AbortSignal): Promise<boolean>
  /** Powers the guest off; ends it by force when it has not gone within `graceMs` (default 60 000). */
  stop(options?: { graceMs?: number }): Promise<StopReport>
  /** Looks at every link now and mends what is wrong: the computer has slept, say, or somebody doubts. */
  look(): void
  /** Runs a command in the guest as root over ssh. `command` is argv: no shell sees it. */
  exec(
    command: readonly string[],
    options?: { input?: string | Buffer; signal?: AbortSignal },
  ): Promise<ExecResult>
  /**
   * Runs a command in the guest as root over ssh, its input and output as one stream; what it says of errors is dropped.
   * It goes with the link.
   */
  pipe(command: readonly string[]): Promise<Duplex>
  /** Opens a terminal; a login shell when `command` is empty. */
  terminal(
    command: readonly string[],
    size: { columns: number; rows: number },
  ): Promise<GuestTerminal>
  /** @throws {VmError} 'disk-place-unreadable' */
  disk(): Promise<DataDisk>
  /**
   * Stops the machine, moves its data disk into `folder` and leaves it stopped. Until the copy is compared, the signal
   * undoes it; a move that fails leaves the disk where it lay. Nothing starts the machine meanwhile.
   * @param folder an absolute path; empty for the machine's own folder.
   * @throws {VmError} 'disk-moving' and others, before anything is stopped where that can be known.
   */
  moveDisk(
    folder: string,
    options?: { signal?: AbortSignal; onProgress?: (progress: MoveProgress) => void },
  ): Promise<void>
  readonly limits: MachineLimits
  readonly forwards: MachineForwards
  readonly virtiofs: MachineVirtiofs
  /** Opens a TCP connection as the guest itself would; to a container's address, or to the guest's own loopback. */
  connect(target: { address: string; port: number }, signal?: AbortSignal): Promise<Duplex>
  /** What it takes of this computer just now. */
  footprint(): Promise<Footprint>
  /** The last `lines` of the guest's console. */
  serialTail(lines: number): Promise<string[]>
}
