import type { StatsSample } from '#api'

/** One answer of GET /containers/{id}/stats. What a container has none of is absent, null or empty. */
export interface RawStats {
  /** RFC 3339; the year 1 for a container that does not run. */
  read: string
  cpu_stats?: {
    cpu_usage?: { total_usage?: number | null; percpu_usage?: number[] | null }
    system_cpu_usage?: number | null
    online_cpus?: number | null
  }
  memory_stats?: {
    usage?: number | null
    limit?: number | null
    stats?: Record<string, number> | null
  }
  networks?: Record<string, { rx_bytes: number; tx_bytes: number }> | null
  blkio_stats?: { io_service_bytes_recursive?: { op: string; value: number }[] | null }
  pids_stats?: { current?: number | null }
}

/** Counters that only grow while the container runs, and what is there at the moment. */
interface Reading {
  /** Seconds, by the engine's clock. */
  seconds: number
  /** Nanoseconds of all its processes, and of the whole machine. */
  cpu: number
  system: number
  cores: number
  networkIn: number
  networkOut: number
  diskRead: number
  diskWrite: number
  now: Pick<StatsSample, 'memory' | 'memoryLimit' | 'pids'>
}

/** Whether the engine has anything to tell: of a container that does not run it sends a form with nothing in it. */
export function hasStats(raw: RawStats): boolean {
  return typeof raw.cpu_stats?.cpu_usage?.total_usage === 'number' && !raw.read.startsWith('0001-')
}

/**
 * Makes samples of one container's answers. A rate needs two of them: the first gives none, nor does one after which
 * the counters begin anew (the container was started again).
 */
export function createSampler(id: string): (raw: RawStats, at: number) => StatsSample | undefined {
  let before: Reading | undefined
  return (raw, at) => {
    if (!hasStats(raw)) {
      before = undefined
      return undefined
    }
    const [last, reading] = [before, toReading(raw)]
    if (last && reading.seconds <= last.seconds) return undefined
    before = reading
    if (!last || reading.cpu < last.cpu) return undefined
    const rate = (name: 'networkIn' | 'networkOut' | 'diskRead' | 'diskWrite') =>
      Math.max(0, reading[name] - last[name]) / (reading.seconds - last.seconds)
    return {
      id,
      at,
      cpu: toCores(last, reading),
      ...reading.now,
      networkIn: rate('networkIn'),
      networkOut: rate('networkOut'),
      diskRead: rate('diskRead'),
      diskWrite: rate('diskWrite'),
    }
  }
}

/** As `docker stats` does: the container's share of the machine's time, times the machine's cores. */
function toCores(last: Reading, reading: Reading): number {
  const used = reading.cpu - last.cpu
  const passed = reading.system - last.system
  const cores =
    passed > 0 ? (used / passed) * reading.cores : used / 1e9 / (reading.seconds - last.seconds)
  return Math.min(cores, reading.cores)
}

function toReading(raw: RawStats): Reading {
  const { cpu_stats: cpu, memory_stats: memory } = raw
  const networks = Object.values(raw.networks ?? {})
  const transfers = raw.blkio_stats?.io_service_bytes_recursive ?? []
  const bytesOf = (operation: string) =>
    sum(transfers.filter(({ op }) => op.toLowerCase() === operation).map(({ value }) => value))
  return {
    seconds: Date.parse(raw.read) / 1000,
    cpu: cpu?.cpu_usage?.total_usage ?? 0,
    system: cpu?.system_cpu_usage ?? 0,
    cores: cpu?.online_cpus ?? cpu?.cpu_usage?.percpu_usage?.length ?? 1,
    networkIn: sum(networks.map(({ rx_bytes }) => rx_bytes)),
    networkOut: sum(networks.map(({ tx_bytes }) => tx_bytes)),
    diskRead: bytesOf('read'),
    diskWrite: bytesOf('write'),
    now: {
      memory: toMemory(memory?.usage ?? 0, memory?.stats ?? {}),
      memoryLimit: memory?.limit ?? 0,
      pids: raw.pids_stats?.current ?? 0,
    },
  }
}

/** Without the page cache that the kernel would give up first; the name differs between cgroup v2 and v1. */
function toMemory(usage: number, stats: Record<string, number>): number {
  const cache = stats['inactive_file'] ?? stats['total_inactive_file'] ?? 0
  return cache < usage ? usage - cache : usage
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + (Number.isFinite(value) ? value : 0), 0)
}
