import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { machineFiles } from '../files.ts'
import type { DataDisk } from './data-disk.ts'
import type { MachineConfig } from '../machine-config.ts'
import { findDisk } from './place.ts'
import { freeBytes } from './target.ts'

/**
 * The data disk of the machine in this folder, whoever holds it. A sparse file takes less than its size, so its blocks
 * are counted: on Windows, too, Node tells them in pieces of 512 bytes.
 * @throws {VmError} 'disk-place-unreadable'
 */
export async function describeDisk({
  folder,
  socketFolder,
}: Pick<MachineConfig, 'folder' | 'socketFolder'>): Promise<DataDisk> {
  const files = machineFiles(folder, socketFolder)
  const path = await findDisk(files)
  const found = await stat(path).catch(() => undefined)
  const free = await freeBytes(dirname(path)).catch(() => undefined)
  return {
    path,
    isOwn: path === files.disk,
    ...(found && { allocated: found.blocks * 512 }),
    ...(found && free !== undefined && { free }),
  }
}
