import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { DataDisk } from './disk/data-disk.ts'
import type { Footprint } from './machine.ts'
import type { Session } from './session.ts'

const run = promisify(execFile)

/** What a machine takes of this computer just now. */
export async function readFootprint(
  { allocated: diskBytes = 0 }: DataDisk,
  session: Session | undefined,
  platform: NodeJS.Platform = process.platform,
): Promise<Footprint> {
  const pid = session?.qemu.runtime.pid
  const memoryBytes = pid === undefined ? undefined : await readResident(pid, platform)
  return { diskBytes, ...(memoryBytes !== undefined && { memoryBytes }) }
}

/** Undefined for a process that has gone, and where the system has no simple way to ask. */
async function readResident(pid: number, platform: NodeJS.Platform): Promise<number | undefined> {
  try {
    if (platform === 'linux')
      return toBytes(
        /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1],
      )
    if (platform === 'win32') return undefined
    return toBytes((await run('ps', ['-o', 'rss=', '-p', String(pid)])).stdout)
  } catch {
    return undefined
  }
}

function toBytes(kibibytes: string | undefined): number | undefined {
  const amount = Number.parseInt(kibibytes ?? '', 10)
  return Number.isNaN(amount) ? undefined : amount * 1024
}
