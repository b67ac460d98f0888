import type { ErrorShape } from './errors.ts'
import type { DataDisk } from './machine.ts'
import type { HostPort } from './ports.ts'

export type Stage = 'image' | 'disk' | 'boot' | 'ssh' | 'engine'

export interface StageStatus {
  stage: Stage
  state: 'pending' | 'active' | 'done' | 'failed'
  /** How long it took, once it has ended. */
  ms?: number
}

export const healthLinks = [
  'process',
  'boot',
  'ssh',
  'socket',
  'engine',
  'ports',
  'folders',
  'dns',
  'clock',
] as const
export type HealthLink = (typeof healthLinks)[number]

export interface Health {
  link: HealthLink
  state: 'ok' | 'repairing' | 'down' | 'unknown'
  /** One plain English sentence for the CLI; the window words `error` in its own language. */
  message: string
  /** Why it is not well; beside `ok`, what else there is to be known. */
  error?: ErrorShape
  repairs: number
  /** Milliseconds since the epoch. */
  repairedAt?: number
  /** What was wrong before the last repair. */
  mended?: ErrorShape
}

interface Range {
  min: number
  max: number
}

/** The running machine: what it may use just now, and within what that can be changed without a restart. */
export interface MachineStatus {
  pid: number
  cpus: number
  memoryMiB: number
  swapMiB: number
  diskGiB: number
  live: { cpus: Range; memoryMiB: Range; diskGiB: { min: number } }
  sshPort: number
}

/** The answer of `berth status --json`, and what the window's health line shows. Derived, never stored. */
export interface AppStatus {
  state: 'stopped' | 'starting' | 'running' | 'degraded' | 'stopping' | 'failed'
  /** Empty when no process runs. */
  accel: '' | 'kvm' | 'hvf' | 'whpx' | 'tcg'
  /** Emulation: everything works, slowly. */
  slow: boolean
  /** `home`: the folder with everything that Berth keeps. */
  app: { pid: number; version: string; home: string }
  engine?: { version: string; apiVersion: string }
  dockerSocket: string
  ui?: { url: string }
  vm?: MachineStatus
  stages: StageStatus[]
  health: Health[]
  /** Told to who asks once (the CLI); windows watch them. */
  ports?: HostPort[]
  /** Told the same way. */
  disk?: DataDisk
  /** The last program that the guest's kernel ended for want of memory, and when (milliseconds since the epoch). */
  outOfMemory?: { at: number; killed: string }
  /** What the guest has mended or set aside by itself since it started. */
  repairs?: ErrorShape[]
  /** Why the state is `failed`. */
  error?: ErrorShape
}
