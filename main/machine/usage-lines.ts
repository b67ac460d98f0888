import type { MachineUsage } from '#api'

interface CpuTime {
  total: number
  idle: number
}

/**
 * Makes the guest's lines into what is used: `usage <cores> <memory total> <available> <disk total> <used> <times …>`,
 * sizes in KiB, times as in the first line of /proc/stat. The first line is only where
 * the next one's times begin, and a line of another form is none of ours: a terminal may add its own.
 */
export function createUsageReader(): (line: string, at: number) => MachineUsage | undefined {
  let before: CpuTime | undefined
  return (line, at) => {
    const [mark, ...words] = line.trim().split(/\s+/)
    const [cpus, memoryTotal, available, diskTotal, disk, ...times] = words.map(Number)
    const isWhole =
      mark === 'usage' && times.length >= 4 && words.every((word) => /^\d+$/.test(word))
    if (!isWhole || !cpus) return undefined
    const [last, now] = [before, toCpuTime(times)]
    before = now
    if (!last) return undefined
    const total = now.total - last.total
    const busy = total - (now.idle - last.idle)
    return {
      at,
      cpu: total > 0 ? Math.min(cpus, Math.max(0, (busy / total) * cpus)) : 0,
      cpus,
      memory: Math.max(0, (memoryTotal ?? 0) - (available ?? 0)) * 1024,
      memoryTotal: (memoryTotal ?? 0) * 1024,
      disk: (disk ?? 0) * 1024,
      diskTotal: (diskTotal ?? 0) * 1024,
    }
  }
}

/** user nice system idle iowait irq softirq steal; what follows (guest times) is within user. */
function toCpuTime(times: readonly number[]): CpuTime {
  const total = times.slice(0, 8).reduce((sum, time) => sum + time, 0)
  return { total, idle: (times[3] ?? 0) + (times[4] ?? 0) }
}
