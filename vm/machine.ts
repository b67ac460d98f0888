import type { Duplex } from 'node:stream'
import type { VmError } from './errors.ts'

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
  cpus: number
  memoryMiB: number
  diskGiB: number
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

export type LinkName = 'process' | 'boot' | 'ssh' | 'socket' | 'engine'

/** One link of the chain from the process to the engine, with its last repair. */
export interface LinkHealth {
  link: LinkName
  state: 'ok' | 'repairing' | 'down' | 'unknown'
  /** Milliseconds since the epoch of the last repair, and how often this link was repaired since the app started. */
  repairedAt?: number
  repairs: number
  /** Why it is not `ok`. */
  error?: VmError
}

export interface MachineSnapshot {
  state: MachineState
  stages: StageReport[]
  health: LinkHealth[]
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

/** A port of this computer that leads to one of the guest's. */
export interface PortForward {
  protocol: 'tcp' | 'udp'
  /** An IPv4 address of this computer; 0.0.0.0 for all of them. */
  address: string
  port: number
  guestPort: number
}

/**
 * The ports of this computer that lead into the guest. They reach what listens on the guest's outer address, and not
 * what listens on its loopback; they accept although nothing listens behind them; they belong to the machine's process
 * and outlive the app with it, so whoever adopts a machine MUST read them back.
 */
export interface MachineForwards {
  /** What is there now, without the machine's own. */
  list(): Promise<PortForward[]>
  /** @throws {VmError} `forward-refused`, without a reason worth telling when another program has the port */
  add(forward: PortForward): Promise<void>
  remove(forward: PortForward): Promise<void>
}

/** A folder of this computer that is a device of the machine, which the guest mounts by its tag. */
export interface VirtiofsFolder {
  /** Changes whenever anything else here does: lower-case letters, digits and dashes, at most 36. */
  tag: string
  path: string
  readOnly: boolean
  /** Folders beneath it that are empty for the guest. */
  hidden: readonly string[]
}

export interface VirtiofsDevice {
  tag: string
  /** False once its server has died: what is asked of it waits for ever. */
  alive: boolean
}

/**
 * Folders as devices of the machine (virtiofs): they are served by processes that belong to the machine, not to this
 * app, and outlive it; whoever adopts a machine MUST read them back.
 */
export interface MachineVirtiofs {
  /** What is there now; undefined for a machine that was started without. */
  list(): Promise<VirtiofsDevice[] | undefined>
  /** @throws {VmError} `virtiofs-…` */
  add(folder: VirtiofsFolder): Promise<void>
  /** Takes it from the guest, also when a container has it open. */
  remove(tag: string): Promise<void>
}

/** The folders to begin with. */
export interface VirtiofsStart {
  folders: readonly VirtiofsFolder[]
  /** Called before each boot and before `handedIn` is read, with the tags that will be there, and why some are not. */
  onReady(tags: readonly string[], error?: VmError): void
}

/** A socket that listens in the guest for as long as there is a link; connections end with theirs. */
export interface GuestSocket {
  path: string
  onStream: (stream: Duplex) => void
}

export interface MachineConfig {
  /** Holds the data disk, keys, pid file and the serial log. Made if it is missing, mode 0700. */
  folder: string
  /** A short folder of mode 0700 for our sockets (QMP, guest agent). */
  socketFolder: string
  /** Holds kernel, initrd, rootfs and manifest.json; see vm/image/README.md. */
  imageFolder: string
  cpus: number
  memoryMiB: number
  diskGiB: number
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
  /** One line of diagnosis for the log file: never secrets. */
  log(event: string, fields?: Record<string, unknown>): void
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
   * Adopts the machine that runs on this folder, or boots one; resolves when the engine answers on `hostSocket`.
   * A second call while one is under way joins it.
   * @throws {VmError} with the failed stage's hint and the serial log's last lines.
   */
  start(signal?: AbortSignal): Promise<void>
  /** Adopts a machine that already runs, and resolves with whether there was one. Never boots. */
  adopt(signal?: AbortSignal): Promise<boolean>
  /** Powers the guest off; ends it by force when it has not gone within `graceMs` (default 60 000). */
  stop(options?: { graceMs?: number }): Promise<StopReport>
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
  readonly forwards: MachineForwards
  readonly virtiofs: MachineVirtiofs
  /** Opens a TCP connection as the guest itself would; to a container's address, or to the guest's own loopback. */
  connect(target: { address: string; port: number }, signal?: AbortSignal): Promise<Duplex>
  /** The last `lines` of the guest's console. */
  serialTail(lines: number): Promise<string[]>
}
