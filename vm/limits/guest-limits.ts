import { VmError } from '../errors.ts'
import type { Limits } from './machine-limits.ts'
import type { Machine } from '../machine.ts'

type Exec = Machine['exec']

/**
 * What only the guest knows, in MiB: `usedMiB` is what programs hold and cannot be given back at once. `cpus` are those
 * that were said last; while the engine starts, all are at work, and it is these that are put back after it.
 */
export interface GuestMemory {
  cpus: number
  swapMiB: number
  usedMiB: number
}

const asked = [
  'sh',
  '-c',
  "cat /run/berth/cpus 2>/dev/null || grep -c '^processor' /proc/cpuinfo; cat /proc/meminfo",
]

export async function readGuest(exec: Exec, signal: AbortSignal): Promise<GuestMemory> {
  const { stdout } = await exec(asked, { signal })
  return parseGuest(String(stdout))
}

export function parseGuest(text: string): GuestMemory {
  const field = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN) / 1024
  return {
    cpus: Number.parseInt(text, 10),
    // The first page of the file is its own.
    swapMiB: Math.ceil(field('SwapTotal')),
    usedMiB: Math.ceil(field('MemTotal') - field('MemAvailable')),
  }
}

/** Takes processors on- and offline; what runs on one moves to another. */
export async function setCpus(exec: Exec, cpus: number, signal: AbortSignal): Promise<void> {
  await run(exec, ['/usr/lib/berth/cpus', String(cpus)], signal)
}

/** @throws {VmError} `swap-no-room` or `swap-in-use`; the swap is then as it was. */
export async function setSwap(
  exec: Exec,
  { swapMiB }: Pick<Limits, 'swapMiB'>,
  signal: AbortSignal,
): Promise<void> {
  const { code, stderr } = await exec(['/usr/lib/berth/swap', String(swapMiB)], { signal })
  if (code === 3) throw new VmError('swap-no-room', { wantedMiB: swapMiB })
  if (code === 4) throw new VmError('swap-in-use', { wantedMiB: swapMiB })
  if (code !== 0) throw new VmError('limit-refused', { what: 'swap', reason: lastLine(stderr) })
}

/** Lets the file system have all of a disk that has grown. */
export async function growFileSystem(exec: Exec, signal: AbortSignal): Promise<void> {
  await run(exec, ['/usr/lib/berth/grow-disk'], signal)
}

async function run(exec: Exec, command: string[], signal: AbortSignal): Promise<void> {
  const { code, stderr } = await exec(command, { signal })
  const what = command[0]?.replace(/^.*\//, '') ?? ''
  if (code !== 0) throw new VmError('limit-refused', { what, reason: lastLine(stderr) })
}

function lastLine(stderr: Buffer): string {
  return String(stderr).trim().split('\n').at(-1) ?? ''
}
