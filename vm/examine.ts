import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { readPlace } from './disk/place.ts'
import { errorCode } from './durable-file.ts'
import { VmError } from './errors.ts'
import { machineFiles, type MachineFiles } from './files.ts'
import { checkImage } from './guest-image.ts'
import type { MachineConfig } from './machine-config.ts'
import { hostArch } from './qemu/accel.ts'
import { freeMiB } from './qemu/disk.ts'
import { findQemu } from './qemu/find.ts'

/** Host space below which the machine is likely to be paused before long. */
const scarceMiB = 4096

export type HostCheck = 'image' | 'qemu' | 'disk' | 'room'

/** What of the computer itself a machine needs to start; an error says what is in its way. Nothing is changed. */
export async function examineHost(
  config: Pick<MachineConfig, 'folder' | 'socketFolder' | 'imageFolder'>,
): Promise<Record<HostCheck, VmError | undefined>> {
  const files = machineFiles(config.folder, config.socketFolder)
  return {
    image: await failureOf(() => checkImage(config.imageFolder, files.verified)),
    qemu: await failureOf(() => findQemu(hostArch() ?? 'amd64')),
    disk: await failureOf(() => findMissing(files)),
    room: await failureOf(() => checkRoom(files)),
  }
}

/** @throws {VmError} 'disk-missing' when there should be one */
async function findMissing(files: MachineFiles): Promise<void> {
  const place = await readPlace(files)
  const found = place && (await stat(place.path).catch(() => undefined))
  if (place && !found)
    throw new VmError('disk-missing', { path: place.path, record: files.diskPlace })
}

/** A drive that is away has no room to be scarce. */
async function checkRoom(files: MachineFiles): Promise<void> {
  const place = await readPlace(files).catch(() => undefined)
  const disk = place?.path ?? files.disk
  const free = await freeMiB(disk).catch((error: unknown) => {
    if (place && errorCode(error) === 'ENOENT') return Infinity
    throw error
  })
  if (free < scarceMiB) throw new VmError('host-disk-low', { folder: dirname(disk), freeMiB: free })
}

async function failureOf(work: () => Promise<unknown>): Promise<VmError | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (error instanceof VmError) return error
    return new VmError('qemu-failed', { program: 'Berth', reason: String(error) }, { cause: error })
  }
}
