import type { Run, TransferLayer, TransferSource } from '#api'

/** A pull, push or load, under way or over. It goes on while its user looks at other pages. */
export interface Transfer extends Run {
  kind: 'pull' | 'push' | 'load'
  name: string
  platform?: string
  layers: readonly TransferLayer[]
  /** The last word about the whole. */
  message: string
  /** Who has given what of a pull. */
  from: readonly TransferSource[]
  /** A container is run of it as soon as it is there. */
  forRun: boolean
}

export interface TransferSum {
  /** Bytes, over the layers whose size is known and that were not there before. */
  current: number
  total: number
  /** Whether the size of each of them is known. */
  isWhole: boolean
  /** How many layers there are, are through, were there before, and are past their transport or just unpacked. */
  count: number
  done: number
  old: number
  unpacked: number
  isUnpacking: boolean
}

/** Where a layer is, as far as the engine's English words are known. */
export type LayerStep =
  | ('waiting' | 'downloading' | 'verifying' | 'downloaded' | 'extracting' | 'done')
  | ('old' | 'mounted' | 'loading' | 'sending' | 'sent' | 'missing')

const steps: readonly [RegExp, LayerStep][] = [
  [/^already exists/i, 'old'],
  [/^(layer already exists|mounted from)/i, 'mounted'],
  [/^(pull complete|loaded)/i, 'done'],
  [/^pushed/i, 'sent'],
  [/^download complete/i, 'downloaded'],
  [/^verifying/i, 'verifying'],
  [/^extracting/i, 'extracting'],
  [/^downloading/i, 'downloading'],
  [/^loading/i, 'loading'],
  [/^pushing/i, 'sending'],
  [/^unavailable/i, 'missing'],
  [/^(waiting|pulling fs layer|preparing|retrying)/i, 'waiting'],
]

/** Undefined for words that are not known: they are shown as they are. */
export function toLayerStep(message: string): LayerStep | undefined {
  return steps.find(([pattern]) => pattern.test(message))?.[1]
}

type StepSet = ReadonlySet<LayerStep | undefined>
const through: StepSet = new Set<LayerStep>(['done', 'old', 'mounted', 'sent'])
const fetched: StepSet = new Set<LayerStep>([
  ...(['done', 'old', 'mounted', 'sent'] as const),
  ...(['verifying', 'downloaded', 'extracting'] as const),
])

/** Nothing more happens to it. */
export function isThrough({ message }: Pick<TransferLayer, 'message'>): boolean {
  return through.has(toLayerStep(message))
}

/**
 * Adds the layers of a transfer up. Unpacking has numbers of its own and a finished layer none: both count as fetched
 * whole, or the bar would run backwards. What was there before is not fetched at all.
 */
export function sumLayers(layers: readonly TransferLayer[]): TransferSum {
  const sum = { current: 0, total: 0, isWhole: layers.length > 0, count: layers.length }
  const counts = { done: 0, old: 0, unpacked: 0, isUnpacking: false }
  for (const { message, current = 0, total, isOld } of layers) {
    const step = toLayerStep(message)
    if (through.has(step)) counts.done += 1
    if (step === 'done') counts.unpacked += 1
    if (step === 'extracting') counts.isUnpacking = true
    if (isOld) {
      counts.old += 1
      continue
    }
    if (total === undefined && !through.has(step)) sum.isWhole = false
    sum.total += total ?? 0
    sum.current += fetched.has(step) ? (total ?? 0) : Math.min(current, total ?? 0)
  }
  return { ...sum, ...counts }
}

/** How far it is, from 0 to 1; undefined while nothing says it. */
export function shareOf({ current, total }: Pick<TransferSum, 'current' | 'total'>) {
  return total > 0 ? current / total : undefined
}

/** How far several are together. */
export function shareOfAll(transfers: readonly Pick<Transfer, 'layers'>[]): number | undefined {
  const sums = transfers.map(({ layers }) => sumLayers(layers))
  const add = (key: 'current' | 'total') => sums.reduce((all, sum) => all + sum[key], 0)
  return shareOf({ current: add('current'), total: add('total') })
}
