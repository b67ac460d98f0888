import type { DiskFormat } from '../files.ts'
import { memoryDevice, type MemoryPlan } from '../limits/memory-plan.ts'
import type { Accel } from '../machine-state.ts'

/** Where the guest's sshd listens: not at 22, which people publish for containers. As in the image's sshd_config. */
export const guestSshPort = 1

export type GuestArch = 'amd64' | 'arm64'

/** All that decides the command line of one start. */
export interface Launch {
  platform: NodeJS.Platform
  arch: GuestArch
  accel: Accel
  instanceId: string
  /** All that the guest may ever have at work. */
  cpus: number
  memory: MemoryPlan
  sshPort: number
  image: { kernel: string; initrd: string; rootfs: string; cmdline: string }
  disk: { path: string; format: DiskFormat; filter?: DiskFilter | undefined }
  /** Files whose contents the guest reads as fw_cfg `opt/berth/<name>`. Secrets go this way, never in an argument. */
  handedIn: Record<string, string>
  serial: string
  qmp: { path: string } | { port: number; secretFolder: string }
  /** Folders with a server that listens, and room for more while the machine runs; without it, none ever. */
  virtiofs?: readonly FolderDevice[] | undefined
  /** Seccomp; only Linux builds of QEMU have it. */
  sandbox: boolean
}

/** A node of QEMU's block layer, as -blockdev takes it. */
type BlockNode = Readonly<Record<string, unknown>>

/** Puts a node over another. */
export type DiskFilter = (disk: BlockNode) => BlockNode

export interface FolderDevice {
  tag: string
  socket: string
}

/** The command line for QEMU, without the program itself. */
export function qemuArgs(launch: Launch): string[] {
  return [
    ...['-name', `berth-${launch.instanceId.slice(0, 8)}`, '-uuid', launch.instanceId],
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none'],
    ...(launch.arch === 'amd64' ? ['-vga', 'none'] : []),
    ...(launch.sandbox ? ['-sandbox', sandboxRules] : []),
    ...['-machine', machineType(launch), '-accel', accelerator(launch), '-cpu', cpuModel(launch)],
    ...['-smp', String(launch.cpus), ...memory(launch), '-rtc', 'base=utc'],
    ...['-kernel', launch.image.kernel, '-initrd', launch.image.initrd],
    ...['-append', kernelArguments(launch)],
    ...[
      '-chardev',
      `file,id=serial,path=${escapeCommas(launch.serial)}`,
      '-serial',
      'chardev:serial',
    ],
    ...control(launch),
    ...disks(launch),
    ...devices(launch),
    ...(launch.virtiofs ? folderDevices(launch.virtiofs) : []),
    ...Object.entries(launch.handedIn).flatMap(([name, file]) => [
      '-fw_cfg',
      `name=opt/berth/${name},file=${escapeCommas(file)}`,
    ]),
  ]
}

const sandboxRules = 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny'

/** QEMU's own quoting: in `key=value,key=value` a comma inside a value is doubled. */
export function escapeCommas(value: string): string {
  return value.replaceAll(',', ',,')
}

function machineType({ arch, virtiofs }: Launch): string {
  const board =
    arch === 'arm64' ? 'virt' : 'q35,hpet=off,vmport=off,smm=off,sata=off,smbus=off,usb=off'
  return virtiofs ? `${board},memory-backend=memory` : board
}

/** The servers of virtiofs write straight into the guest's memory, so it has to be one that can be shared with them. */
function memory({ memory: { bootMiB, pluggableMiB }, virtiofs }: Launch): string[] {
  const kind = virtiofs ? 'memory-backend-memfd,share=on' : 'memory-backend-ram'
  const room = pluggableMiB > 0 ? `,maxmem=${bootMiB + pluggableMiB}M` : ''
  const more = [
    ...['-object', `${kind},id=${memoryDevice}-ram,size=${pluggableMiB}M,reserve=off`],
    ...['-device', `virtio-mem-pci,id=${memoryDevice},memdev=${memoryDevice}-ram,requested-size=0`],
  ]
  return [
    ...['-m', `${bootMiB}M${room}`],
    ...(virtiofs ? ['-object', `${kind},id=memory,size=${bootMiB}M`] : []),
    ...(pluggableMiB > 0 ? more : []),
  ]
}

function accelerator({ accel }: Launch): string {
  return accel === 'tcg' ? 'tcg,thread=multi,tb-size=512' : accel
}

/**
 * Emulation offers all it can, since images for x86-64-v2 and v3 are common, but for five-level page tables: each
 * miss of the TLB would walk one level more.
 */
function cpuModel({ accel, arch }: Launch): string {
  if (accel === 'kvm' || accel === 'hvf') return 'host'
  return arch === 'amd64' ? 'max,la57=off' : 'max,pauth-impdef=on'
}

/** Under emulation nothing is speculated, so the kernel's guards against that are pure cost. */
function kernelArguments({ accel, arch, image }: Launch): string {
  const console = arch === 'amd64' ? 'ttyS0' : 'ttyAMA0'
  const emulated = accel === 'tcg' ? ['mitigations=off'] : []
  return [`console=${console}`, 'quiet', 'panic=-1', ...emulated, image.cmdline].join(' ').trim()
}

function control({ qmp }: Launch): string[] {
  const server = 'server=on,wait=off'
  const link =
    'path' in qmp
      ? ['-chardev', `socket,id=qmp,path=${escapeCommas(qmp.path)},${server}`]
      : [
          '-object',
          `tls-creds-psk,id=qmp-tls,endpoint=server,dir=${escapeCommas(qmp.secretFolder)}`,
          '-chardev',
          `socket,id=qmp,host=127.0.0.1,port=${qmp.port},tls-creds=qmp-tls,${server}`,
        ]
  return [...link, '-mon', 'chardev=qmp,mode=control']
}

/** A full or failing host disk pauses the guest instead of breaking its file system. */
function disks({ image, disk }: Launch): string[] {
  const root = {
    driver: 'raw',
    'node-name': 'root',
    'read-only': true,
    file: { driver: 'file', filename: image.rootfs, 'read-only': true, locking: 'off' },
  }
  const stored = {
    driver: disk.format,
    discard: 'unmap',
    'detect-zeroes': 'unmap',
    file: { driver: 'file', filename: disk.path, discard: 'unmap' },
  }
  const data = { ...(disk.filter?.(stored) ?? stored), 'node-name': 'data' }
  return [
    ...['-blockdev', JSON.stringify(root)],
    ...['-device', 'virtio-blk-pci,drive=root,serial=berth-root'],
    ...['-blockdev', JSON.stringify(data)],
    ...['-device', 'virtio-blk-pci,drive=data,serial=berth-data,werror=stop,rerror=stop'],
  ]
}

function devices({ sshPort }: Launch): string[] {
  return [
    ...['-netdev', `user,id=net,hostfwd=tcp:127.0.0.1:${sshPort}-:${guestSshPort}`],
    ...['-device', 'virtio-net-pci,netdev=net,romfile='],
    ...['-device', 'virtio-rng-pci'],
    ...['-device', 'virtio-balloon-pci,free-page-reporting=on'],
  ]
}

/** How many folders can be devices at a time: each needs a port of PCI Express, which must be there from the start. */
export const folderPorts = 16

/** The id of one of the ports; none of them is on a bus that anything else is on. */
export function folderPort(index: number): string {
  return `folder-port-${index}`
}

/** What QEMU is to be given for one folder: its link to the server, and the device itself. Both are named by the tag. */
export function folderParts({ tag, socket }: FolderDevice, port: string) {
  return {
    chardev: { id: tag, path: socket },
    device: { driver: 'vhost-user-fs-pci', id: tag, chardev: tag, tag, bus: port },
  }
}

/** Ports take a whole slot together, eight at a time, and no room for the input and output of old cards. */
function folderDevices(folders: readonly FolderDevice[]): string[] {
  const ports = Array.from({ length: folderPorts }, (_, index) => ({
    driver: 'pcie-root-port',
    id: folderPort(index),
    chassis: index + 1,
    addr: `0x${(0x10 + Math.floor(index / 8)).toString(16)}.${index % 8}`,
    multifunction: index % 8 === 0,
    'io-reserve': 0,
  }))
  return [
    ...ports.flatMap((port) => ['-device', JSON.stringify(port)]),
    ...folders.slice(0, folderPorts).flatMap((folder, index) => {
      const { chardev, device } = folderParts(folder, folderPort(index))
      return [
        ...['-chardev', `socket,id=${chardev.id},path=${escapeCommas(chardev.path)}`],
        ...['-device', JSON.stringify(device)],
      ]
    }),
  ]
}
