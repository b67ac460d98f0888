import type { VmError } from './errors.ts'

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
