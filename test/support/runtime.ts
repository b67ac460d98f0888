import type { Runtime } from '../../vm/qemu/runtime.ts'

/** The limits of a process that runs no guest. */
export const noLimits = {
  ...{ cpus: 1, mostCpus: 1, memoryMiB: 1, swapMiB: 0, diskGiB: 1 },
  memory: { way: 'balloon', bootMiB: 1, pluggableMiB: 0 },
} as const satisfies Partial<Runtime>
