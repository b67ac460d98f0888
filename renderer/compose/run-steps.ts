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

/** A container, network, volume or image that a command works at. */
export interface StepRow {
  id: string
  /** Undefined for what Compose calls by its service: an image that is pulled or built. */
  kind: StepKind | undefined
  name: string
  text: string
  state: ComposeStep['state']
  /** Bytes; total 0 where none are known. */
  current: number
  total: number
}

export function toStepRows(steps: readonly ComposeStep[]): StepRow[] {
  return steps.map(({ id, text, state, current = 0, total = 0 }) => {
    const [, word = '', rest = id] = /^(\w+) +(.+)$/s.exec(id) ?? []
    const kind = kinds.find((known) => known === word.toLowerCase())
    const name = kind === undefined ? id : rest.replace(/^"(.*)"$/, '$1')
    return { id, kind, name, text, state, current, total }
  })
}

export function countDone(rows: readonly { state: string }[]): number {
  return rows.filter(({ state }) => state === 'done').length
}
