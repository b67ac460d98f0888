import type { ComposeStep } from '#api'

/** A container, network, volume or image that a command works at, with the layers of an image. */
export interface StepRow {
  id: string
  /** `Container`, `Network`, `Volume`; empty for an image, which Compose calls by its service. */
  kind: string
  name: string
  text: string
  state: ComposeStep['state']
  /** Bytes of all its layers; total 0 where none are known. */
  current: number
  total: number
}

/** The newest step of each thing, in the order in which they came. */
export type Steps = ReadonlyMap<string, ComposeStep>

export function addSteps(steps: Steps, news: readonly ComposeStep[]): Steps {
  const next = new Map(steps)
  for (const step of news) {
    const key = step.parent === undefined ? step.id : `${step.parent}\n${step.id}`
    // A finished layer comes without numbers: its size stays, or the sum would run backwards.
    const { total } = next.get(key) ?? {}
    const known = step.total ?? total
    const current = step.state === 'done' ? known : step.current
    next.set(key, {
      ...step,
      ...(known !== undefined && { total: known }),
      ...(current !== undefined && { current }),
    })
  }
  return next
}

/** What is shown: the things themselves; their layers are summed up. */
export function toStepRows(steps: Steps): StepRow[] {
  const sums = new Map<string, { current: number; total: number }>()
  for (const { parent, current = 0, total = 0 } of steps.values()) {
    if (parent === undefined) continue
    const sum = sums.get(parent) ?? { current: 0, total: 0 }
    sums.set(parent, { current: sum.current + current, total: sum.total + total })
  }
  return [...steps.values()]
    .filter(({ parent }) => parent === undefined)
    .map(({ id, text, state, current = 0, total = 0 }) => {
      const [, kind = '', name = id] = /^(Container|Network|Volume|Image) (.+)$/s.exec(id) ?? []
      return { ...{ id, kind, name, text, state }, ...(sums.get(id) ?? { current, total }) }
    })
}

export function countDone(rows: readonly StepRow[]): number {
  return rows.filter(({ state }) => state === 'done').length
}
