import type { StatsSample } from '#api'

/** What a chart of a container shows. */
export const chartNames = ['cpu', 'memory', 'network', 'disk', 'pids'] as const
export type ChartName = (typeof chartNames)[number]

type Measure = Exclude<keyof StatsSample, 'id' | 'at' | 'memoryLimit'>

/** The lines of each chart. */
export const chartLines: Record<ChartName, readonly Measure[]> = {
  cpu: ['cpu'],
  memory: ['memory'],
  network: ['networkIn', 'networkOut'],
  disk: ['diskRead', 'diskWrite'],
  pids: ['pids'],
}

/** Seconds since the epoch, and a line's values at them; a gap is null. */
export interface ChartData {
  times: number[]
  lines: (number | null)[][]
}

/** Two samples farther apart than this have a gap between them. */
const longestStepMs = 5000
const hourMs = 3_600_000

/** Samples with newer ones behind them, of which no more than an hour is kept. */
export function withSamples(
  kept: readonly StatsSample[],
  more: readonly StatsSample[],
): StatsSample[] {
  const newest = more.at(-1)?.at ?? 0
  // A stream that was opened anew begins with what is known already.
  const first = more[0]?.at ?? Number.POSITIVE_INFINITY
  const old = kept.filter(({ at }) => at < first && at > newest - hourMs)
  return [...old, ...more]
}

/** The samples since `from` (milliseconds) as a chart draws them. */
export function toChartData(
  samples: readonly StatsSample[],
  chart: ChartName,
  from: number,
): ChartData {
  const measures = chartLines[chart]
  const times: number[] = []
  const lines: (number | null)[][] = measures.map(() => [])
  let last = Number.POSITIVE_INFINITY
  for (const sample of samples) {
    if (sample.at < from) continue
    if (sample.at - last > longestStepMs) {
      times.push((last + 1) / 1000)
      for (const line of lines) line.push(null)
    }
    times.push(sample.at / 1000)
    measures.forEach((measure, index) => lines[index]?.push(sample[measure]))
    last = sample.at
  }
  return { times, lines }
}

/** The upper end of a scale: the next round number, by powers of two for bytes and of ten for the rest. */
export function toRoundTop(value: number, base: 1000 | 1024, least: number): number {
  const wanted = Math.max(value, least)
  const isBinary = base === 1024
  const unit = isBinary ? 2 ** Math.floor(Math.log2(wanted)) : 10 ** Math.floor(Math.log10(wanted))
  const factors = isBinary ? [1, 1.5, 2] : [1, 1.5, 2, 3, 4, 6, 8, 10]
  return unit * (factors.find((factor) => factor * unit >= wanted * 0.9999) ?? 10)
}

/** Where a limit is drawn: with the line it bounds, unless that would press the line flat. */
export function isLimitInSight(limit: number | undefined, highest: number): limit is number {
  return limit !== undefined && limit > 0 && highest > limit / 5
}
