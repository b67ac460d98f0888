import type { Range } from './machine-limits.ts'

/** How memory is added and taken while the guest runs: virtio-mem adds, a balloon takes. */
export type MemoryWay = 'virtio-mem' | 'balloon'

/** The id of the device that memory is plugged into. */
export const memoryDevice = 'memory-more'

/** How the memory of one start is laid out, in MiB. */
export interface MemoryPlan {
  way: MemoryWay
  /** What the guest has from the start, whatever is set later: QEMU's -m. */
  bootMiB: number
  /** What can be plugged in beside it; 0 without virtio-mem. */
  pluggableMiB: number
}

/** QEMU has virtio-mem on Linux only. */
export function memoryWay(platform: NodeJS.Platform): MemoryWay {
  return platform === 'linux' ? 'virtio-mem' : 'balloon'
}

const leastMemoryMiB = 1024
/** What is plugged in or out at once, at least. */
const blockMiB = 4
/** The kernel's own tables, which what is plugged in later cannot hold, have to fit into what is there from the start. */
const mostTimes = 8

/**
 * With virtio-mem the guest boots with what is wanted, and costs nothing for what it may be given later. Without it all
 * that it can ever have is there from the start and a balloon holds what it may not use; each GiB of that costs 16 MiB of
 * tables in the guest, so it is twice what is wanted and not all that the computer has.
 */
export function planMemory(
  way: MemoryWay,
  { wantedMiB, maxMiB }: { wantedMiB: number; maxMiB: number },
): MemoryPlan {
  if (way === 'balloon') {
    const bootMiB = Math.max(wantedMiB, Math.min(maxMiB, wantedMiB * 2))
    return { way, bootMiB, pluggableMiB: 0 }
  }
  const beside = Math.min(maxMiB, wantedMiB * mostTimes) - wantedMiB
  return { way, bootMiB: wantedMiB, pluggableMiB: toBlocks(Math.max(0, beside)) }
}

/** What can be set while it runs. */
export function memoryRange({ bootMiB, pluggableMiB }: MemoryPlan): Range {
  return { min: Math.min(leastMemoryMiB, bootMiB), max: bootMiB + pluggableMiB }
}

/** What the balloon is to leave, and what is to be plugged in beside it; plugged in are whole blocks. */
export function splitMemory(
  { bootMiB }: MemoryPlan,
  wantedMiB: number,
): { leaveMiB: number; plugMiB: number } {
  return {
    leaveMiB: Math.min(bootMiB, wantedMiB),
    plugMiB: toBlocks(Math.max(0, wantedMiB - bootMiB)),
  }
}

function toBlocks(mebibytes: number): number {
  return Math.floor(mebibytes / blockMiB) * blockMiB
}
