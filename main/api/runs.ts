import type { ErrorShape } from './errors.ts'

/** `ending`: it was cancelled, and is not over yet. */
export type RunPhase = 'active' | 'ending' | 'done' | 'failed' | 'cancelled'

/** Something that the app does in the background, and windows watch: a pull, what is done with a Compose project. */
export interface Run {
  id: string
  phase: RunPhase
  /** Why it failed. */
  error?: ErrorShape
}

/** Nothing else can be done with the same thing until it has ended. */
export function isUnderWay({ phase }: Pick<Run, 'phase'>): boolean {
  return phase === 'active' || phase === 'ending'
}
