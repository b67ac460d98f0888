import type { VmError } from './errors.ts'
import type { LiveRanges } from './limits/machine-limits.ts'

/** The steps of a start, in order. */
export const startStages = ['image', 'disk', 'boot', 'ssh', 'engine'] as const
export type StartStage = (typeof startStages)[number]

/** One step of the start that is going on or was the last: `ms` is set once it has ended. */
export interface StageReport {
  stage: StartStage
  state: 'pending' | 'active' | 'done' | 'failed'
  ms?: number
}

export type Accel = 'kvm' | 'hvf' | 'whpx' | 'tcg'

/** What is known of the process once it runs. `slow` means emulation: no accelerator really runs a guest here. */
export interface MachineProcess {
  pid: number
  accel: Accel
  slow: boolean
  /** What it may use just now. */
  cpus: number
  memoryMiB: number
  swapMiB: number
  diskGiB: number
  live: LiveRanges
  sshPort: number
  /** True when this process was found running and taken over instead of started. */
  adopted: boolean
}

/** Derived from what QMP, ssh and the engine's socket answer now; never stored. */
export type MachineState =
  | { phase: 'stopped' }
  | { phase: 'starting'; stage: StartStage; process?: MachineProcess }
  | { phase: 'running'; process: MachineProcess }
  | { phase: 'stopping'; process?: MachineProcess }
  | { phase: 'failed'; stage?: StartStage; error: VmError }

export type LinkName = 'process' | 'boot' | 'ssh' | 'socket' | 'engine' | 'clock'

/** One link of the chain from the process to the engine, with its last repair. */
export interface LinkHealth {
  link: LinkName
  state: 'ok' | 'repairing' | 'down' | 'unknown'
  /** Milliseconds since the epoch of the last repair, and how often this link was repaired since the app started. */
  repairedAt?: number
  repairs: number
  /** What was wrong before the last repair. */
  mended?: VmError
  /** Why it is not `ok`. */
  error?: VmError
}

/** What of the guest's may have been broken, and was mended or set aside by the guest itself. */
export const repairedParts = [
  'file-system',
  'networks',
  'volumes',
  'build-cache',
  'engine-settings',
  'container',
  'images',
  'images-of-last-stop',
] as const

export interface GuestRepair {
  what: (typeof repairedParts)[number]
  /** Where in the guest that is, or what was broken is kept. */
  file: string
}

export interface MachineSnapshot {
  state: MachineState
  stages: StageReport[]
  health: LinkHealth[]
  /** The last program that the guest's kernel ended for want of memory. */
  outOfMemory?: { at: number; killed: string }
  /** Since this boot. */
  repairs: readonly GuestRepair[]
}
