import { createHash } from 'node:crypto'
import { join } from 'node:path'

/** Every file inside the machine's folder and its folder of sockets. Nothing else names them. */
export interface MachineFiles {
  /** Which process was started last and how; a hint that is checked against the process itself. */
  runtime: string
  lock: string
  /** What the probe of accelerators found, per QEMU and host. */
  accel: string
  /** Sizes and times of the image files whose sha256 was right. */
  verified: string
  userKey: string
  hostKey: string
  authorizedKeys: string
  engineConfig: string
  /** What else the guest is handed at boot. */
  handedIn: (name: string) => string
  /** The guest's console of this boot, and of the one before. */
  serial: string
  previousSerial: string
  /** What QEMU itself wrote to stdout and stderr. */
  output: string
  /** Where the data disk is made; once it is, `diskPlace` says where it lies. */
  disk: string
  diskPlace: string
  /** Secret of the TLS link to QMP where there are no unix sockets. */
  qmpSecret: string
  qmpSocket: string
  /** Where one server of virtiofs listens for QEMU: no other home has a file of that name. And what all of them said. */
  folderSocket: (name: string) => string
  folderOutput: string
  /** The engine's socket for a look at a machine that another app may hold; one for each process that looks. */
  lookSocket: string
}

export type DiskFormat = 'raw' | 'qcow2'

/** A raw file is sparse by itself on Linux and Mac; on Windows it would take its whole size at once. */
export function diskFormat(platform: NodeJS.Platform): DiskFormat {
  return platform === 'win32' ? 'qcow2' : 'raw'
}

export function machineFiles(
  folder: string,
  socketFolder: string,
  platform: NodeJS.Platform = process.platform,
): MachineFiles {
  const at = (name: string) => join(folder, name)
  const ofThisHome = createHash('sha256').update(folder).digest('hex').slice(0, 8)
  return {
    runtime: at('runtime.json'),
    lock: at('lock.json'),
    accel: at('accel.json'),
    verified: at('verified.json'),
    userKey: at('id_ed25519'),
    hostKey: at('guest_host_ed25519'),
    authorizedKeys: at('authorized_keys'),
    engineConfig: at('daemon.json'),
    handedIn: (name) => at(`handed-${name}`),
    serial: at('serial.log'),
    previousSerial: at('serial.previous.log'),
    output: at('qemu.log'),
    disk: at(`data.${diskFormat(platform)}`),
    diskPlace: at('disk.json'),
    qmpSecret: at('qmp/keys.psk'),
    qmpSocket: join(socketFolder, 'qmp.sock'),
    folderSocket: (name) => join(socketFolder, `folder-${ofThisHome}-${name}`),
    folderOutput: at('virtiofs.log'),
    lookSocket:
      platform === 'win32'
        ? `\\\\.\\pipe\\berth_look_${process.pid}`
        : join(socketFolder, `look-${process.pid}`),
  }
}
