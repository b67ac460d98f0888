import type { MachineUsage } from '#api'
import { formatMemoryOf, formatPercent, formatSizeOf } from '../text/formats.ts'

export interface Meter {
  text: string
  /** 0 to 1. */
  part: number
}

const toPart = (used: number, total: number) => (total > 0 ? used / total : 0)

/** What the machine uses of what it has, in numbers and as parts. */
export function toMeters(
  { cpu, cpus, memory, memoryTotal, disk, diskTotal }: MachineUsage,
  locale: string,
): Record<'cpu' | 'memory' | 'disk', Meter> {
  const cpuPart = toPart(cpu, cpus)
  return {
    cpu: { text: formatPercent(cpuPart, locale), part: cpuPart },
    memory: {
      text: formatMemoryOf(memory, memoryTotal, locale),
      part: toPart(memory, memoryTotal),
    },
    disk: { text: formatSizeOf(disk, diskTotal, locale), part: toPart(disk, diskTotal) },
  }
}
