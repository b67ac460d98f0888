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
  /** Every few seconds while somebody reads it. */
  usage(): AsyncIterable<MachineUsage>
}

export const machineLogs = ['console', 'app', 'dockerd', 'containerd', 'sshd'] as const
export type MachineLog = (typeof machineLogs)[number]
