import type { ErrorShape, ReclaimKind, ReclaimRun, ReclaimStep } from '#api'
import type { SurveyedThing } from './survey.ts'
import { doWork, readHost, type Told, type WorkParts } from './work.ts'

export interface PlannedStep {
  kind: ReclaimKind
  things: readonly SurveyedThing[]
}

interface RunOptions {
  tell: (run: ReclaimRun) => void
  signal: AbortSignal
  plannedAt: number
  toShape: (error: unknown) => ErrorShape
}

/** Thousands of things are told of in so many steps a second. */
const tellMs = 100

/** Does one step after the other, and tells all of them whenever one is further. What fails does not keep the rest. */
export async function runSteps(
  parts: WorkParts,
  planned: readonly PlannedStep[],
  { tell, signal, plannedAt, toShape }: RunOptions,
): Promise<void> {
  const before = await readHost(parts.machine)
  const steps = planned.map(toWaiting)
  const tellAll = (more: Partial<ReclaimRun> = {}) =>
    tell({ steps: steps.map((step) => ({ ...step })), before, ...more })
  const isOver = () => signal.aborted
  tellAll()
  for (const [index, { kind, things }] of planned.entries()) {
    const step = steps[index]
    if (!step || isOver()) return
    step.state = 'doing'
    tellAll()
    const told = follow(step, tellAll)
    try {
      await doWork(parts, { kind, things, plannedAt, signal, told })
    } catch (error) {
      told.error = error
    }
    if (isOver()) return
    const bytes = kind === 'trim' ? beyond(told.bytes, steps.slice(0, index)) : told.bytes
    Object.assign(step, { bytes, done: told.done, kept: told.kept })
    step.state = told.error === undefined ? 'done' : 'failed'
    if (told.error !== undefined) step.error = toShape(told.error)
    tellAll()
  }
  tellAll({ after: await readHost(parts.machine) })
}

/** A trim gives back what other steps have freed, too; that is theirs. */
function beyond(bytes: number, before: readonly ReclaimStep[]): number {
  return Math.max(0, bytes - before.reduce((total, step) => total + step.bytes, 0))
}

function toWaiting({ kind, things }: PlannedStep): ReclaimStep {
  return { kind, state: 'waiting', bytes: 0, done: 0, of: things.length, kept: 0 }
}

function follow(step: ReclaimStep, tellAll: () => void): Told {
  let last = Date.now()
  const told: Told = {
    ...{ bytes: 0, done: 0, kept: 0 },
    tell() {
      if (Date.now() - last < tellMs) return
      last = Date.now()
      Object.assign(step, { bytes: told.bytes, done: told.done, kept: told.kept })
      tellAll()
    },
  }
  return told
}
