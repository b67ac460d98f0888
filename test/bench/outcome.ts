import type { Estimate } from './stats.ts'

/** One way of doing the thing that is measured. Samples in ms, or in `unit`. */
interface Arm {
  name: string
  unit?: string
  samples: readonly number[]
}

/** A ratio between two arms, with the bounds that it must (pass) and should (ambitious) stay under. */
export interface Comparison {
  name: string
  estimate: Estimate
  pass?: number
  ambitious?: number
}

/** Something that is either so or not. */
export interface Check {
  name: string
  ok: boolean
  detail: string
}

export interface Outcome {
  id: string
  title: string
  arms: Arm[]
  comparisons: Comparison[]
  checks: Check[]
  /** What a reader must know to judge the numbers. */
  notes: string[]
}

export type Verdict = 'ambitious' | 'pass' | 'fail' | 'open'

/**
 * The interval's upper bound decides, not the point; a ratio fails once even the lower bound is above the target, and
 * is open in between, and as long as there are too few pairs for an interval.
 */
export function judge({ estimate, pass, ambitious }: Comparison): Verdict {
  const gate = pass ?? ambitious
  if (gate === undefined || estimate.kind === 'range') return 'open'
  if (ambitious !== undefined && estimate.high <= ambitious) return 'ambitious'
  if (estimate.high <= gate) return 'pass'
  return estimate.low > gate ? 'fail' : 'open'
}
