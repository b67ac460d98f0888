import type { ReclaimItem, ReclaimKind, ReclaimRun, ReclaimStep } from '#api'

/** How far a step is; `stopped` in the midst of it, and `left`, where it had not begun, once nothing more is done. */
export type StepState = ReclaimStep['state'] | 'stopped' | 'left'

export type ShownStep = Omit<ReclaimStep, 'state'> & { state: StepState }

/** What is told of a run that was stopped, or cut off, ends where it was. */
export function toShownSteps(
  run: ReclaimRun | undefined,
  isRunning: boolean,
): ReadonlyMap<ReclaimKind, ShownStep> {
  const ends: Partial<Record<StepState, StepState>> = { doing: 'stopped', waiting: 'left' }
  const steps = run?.steps ?? []
  return new Map(
    steps.map((step) => [
      step.kind,
      { ...step, state: isRunning ? step.state : (ends[step.state] ?? step.state) },
    ]),
  )
}

/** What has come back so far, and of what. */
export type Freed = Pick<ReclaimItem, 'bytes' | 'frees'>

/** On the disk, or of memory where nothing of the disk is done: that comes at the end, and until then is not known. */
export function toFreed(run: ReclaimRun | undefined): Freed | undefined {
  const sum = (steps: readonly ReclaimStep[]) =>
    steps.reduce((total, { bytes }) => total + bytes, 0)
  const { steps = [] } = run ?? {}
  const disk = steps.filter(({ kind }) => kind !== 'caches')
  if (disk.length > 0) return { bytes: sum(disk), frees: 'disk' }
  const bytes = sum(steps)
  return bytes > 0 ? { bytes, frees: 'memory' } : undefined
}
