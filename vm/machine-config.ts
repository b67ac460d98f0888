import type { Duplex } from 'node:stream'
import type { MemoryWay } from './limits/memory-plan.ts'
import type { VirtiofsStart } from './machine-devices.ts'
import type { Accel } from './machine-state.ts'
import type { DiskFilter } from './qemu/args.ts'

/** A socket that listens in the guest for as long as there is a link; connections end with theirs. */
export interface GuestSocket {
  path: string
  onStream: (stream: Duplex) => void
}

export interface MachineConfig {
  /** Holds the data disk, keys, pid file and the serial log. Made if it is missing, mode 0700. */
  folder: string
  /** A short folder of mode 0700 for our sockets (QMP, virtiofs). */
  socketFolder: string
  /** Holds kernel, initrd, rootfs and manifest.json; see vm/image/README.md. */
  imageFolder: string
  /** These are read again whenever limits are applied. */
  cpus: number
  memoryMiB: number
  swapMiB: number
  diskGiB: number
  /** What this computer can give a machine at most. */
  most: { cpus: number; memoryMiB: number }
  /** How memory is given and taken while it runs; by default what this system has. */
  memoryWay?: MemoryWay | undefined
  /** Overrides the probe of accelerators (BERTH_ACCEL). */
  accel?: Accel
  /** The engine's socket: brought out of the guest to `hostSocket` (unix path or named pipe). */
  engine: {
    guestSocket: string
    hostSocket: string
    /** Resolves when the engine answers on the given socket path; rejects otherwise. The machine calls it end to end. */
    probe(socketPath: string, signal: AbortSignal): Promise<void>
    /** The engine as its clients shall see it, for one connection. It ends, breaks and slows down as `guest` does. */
    present?: (guest: Duplex) => Duplex
    /** Text of daemon.json, handed to the guest at boot. */
    config: string
  }
  /** More that the guest is handed at boot: each name with its text. */
  handedIn?: Readonly<Record<string, string>>
  /** Read before each boot; without it, the machine has no such devices and never gets any. */
  virtiofs?: VirtiofsStart | undefined
  /** Unix sockets in the guest, root's alone, whose connections are served here; there before the engine is asked. */
  guestSockets?: readonly GuestSocket[]
  /** What stands between the guest and its data disk: a test records or breaks what is written there. */
  diskFilter?: DiskFilter | undefined
  /** Where the guest's ssh is dialled, when that is not at its own port: a test stands between. */
  sshDoor?: ((port: number) => number) | undefined
  /** One line of diagnosis for the log file: never secrets. */
  log(event: string, fields?: Record<string, unknown>): void
}
