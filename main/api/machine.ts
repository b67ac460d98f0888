import type { AppStatus } from './status.ts'

/** What the guest uses now, of what it has. Sizes are bytes. */
export interface MachineUsage {
  /** Milliseconds since the epoch. */
  at: number
  /** Cores at work, of `cpus`. */
  cpu: number
  cpus: number
  memory: number
  memoryTotal: number
  /** Of the data disk. */
  disk: number
  diskTotal: number
}

/** The file that holds all that the machine keeps. Sizes are bytes. */
export interface DataDisk {
  path: string
  /** In Berth's own folder, where it is made. */
  isOwn: boolean
  /** What it takes on this computer; absent when it is not there, or was not made yet. */
  allocated?: number
  /** What is free beside it. */
  free?: number
}

/** What a move of the data disk does now; `bytes` of what the disk takes on this computer. */
export type DiskMove =
  | { step: 'check' | 'stop' | 'switch' | 'finish' | 'start' }
  | { step: 'copy' | 'verify'; bytes: number; total: number }

export interface MachineApi {
  /** The whole status at once, then again after every change. */
  watch(): AsyncIterable<AppStatus>
  status(): Promise<AppStatus>
  /** Adopts or boots the machine; resolves when the engine answers. */
  start(): Promise<void>
  /** Powers the guest off in order. `graceful` is false when it had to be forced. */
  stop(): Promise<{ graceful: boolean }>
  restart(): Promise<void>
  /** Lines of one of the machine's own logs; follows when asked. */
  logs(source: MachineLog, options?: { tail?: number; follow?: boolean }): AsyncIterable<string[]>
  /** Where the data disk lies: after a move that its reader has left, once that is undone or was done already. */
  disk(): Promise<DataDisk>
  /**
   * Moves the data disk into a folder, or back into Berth's own when none is named. The machine is stopped for it, and
   * started again if it ran. Whoever leaves undoes the move, up to `switch`; a move that fails is undone.
   * @throws {AppError} `disk-moved-not-started` when the disk lies there and only the start failed
   */
  moveDisk(folder: string): AsyncIterable<DiskMove>
  /** Every few seconds while somebody reads it. */
  usage(): AsyncIterable<MachineUsage>
}

export const machineLogs = ['console', 'app', 'dockerd', 'containerd', 'sshd'] as const
export type MachineLog = (typeof machineLogs)[number]
