import type { StatsSample } from '#api'

const fields = [
  'at',
  'cpu',
  'memory',
  'memoryLimit',
  'networkIn',
  'networkOut',
  'diskRead',
  'diskWrite',
  'pids',
] as const

/** The newest samples of one container, in memory that does not grow: `size` of them take 72 bytes each. */
export function createStatsRing(id: string, size: number) {
  const numbers = new Float64Array(size * fields.length)
  let count = 0
  const at = (index: number): StatsSample => {
    const start = (index % size) * fields.length
    const values = fields.map((field, offset) => [field, numbers[start + offset] ?? 0] as const)
    return { id, ...(Object.fromEntries(values) as Omit<StatsSample, 'id'>) }
  }
  return {
    add(sample: StatsSample): void {
      const start = (count % size) * fields.length
      for (const [offset, field] of fields.entries()) numbers[start + offset] = sample[field]
      count += 1
    },
    /** Oldest first. */
    all(): StatsSample[] {
      const kept = Math.min(count, size)
      return Array.from({ length: kept }, (_, index) => at(count - kept + index))
    },
  }
}

export type StatsRing = ReturnType<typeof createStatsRing>
