import type { ComposeStep } from '#api'

const kinds = ['container', 'network', 'volume', 'image'] as const
type StepKind = (typeof kinds)[number]

/** Compose's words for how a thing is, as far as they have a translation. */
export const stepWords = [
  ...(['creating', 'created', 'recreate', 'recreated', 'starting', 'started'] as const),
  ...(['restarting', 'stopping', 'stopped', 'removing', 'removed', 'killing', 'killed'] as const),
  ...([
    'running',
    'waiting',
    'healthy',
    'exited',
    'pulling',
    'pulled',
    'building',
    'built',
  ] as const),
]

/** A container, network, volume or image that a command works at, with the layers of an image. */
export interface StepRow {
  id: string
  /** Undefined for what Compose calls by its service: an image that is pulled or built. */
  kind: StepKind | undefined
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
      const [, word = '', rest = id] = /^(\w+) +(.+)$/s.exec(id) ?? []
      const kind = kinds.find((known) => known === word.toLowerCase())
      const name = kind === undefined ? id : rest.replace(/^"(.*)"$/, '$1')
      return { ...{ id, kind, name, text, state }, ...(sums.get(id) ?? { current, total }) }
    })
}

export function countDone(rows: readonly StepRow[]): number {
  return rows.filter(({ state }) => state === 'done').length
}
