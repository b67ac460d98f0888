import type { ErrorShape, TransferProgress } from '#api'
import type { SpeedMark } from './transfer-speed.ts'

/** A pull or a load, under way or just over. It goes on while its user looks at other pages. */
export interface Transfer {
  id: number
  kind: 'pull' | 'load'
  name: string
  phase: 'active' | 'done' | 'failed'
  /** The last word of each layer, in the order in which the layers came up. */
  layers: ReadonlyMap<string, TransferProgress>
  /** The last word about the whole. */
  message: string
  /** How much had come when, for the speed. */
  marks: readonly SpeedMark[]
  /** A container is run of it as soon as it is there. */
  forRun: boolean
  error?: ErrorShape
  /** Begins the same anew. */
  again: () => unknown
}

export interface TransferSum {
  /** Bytes, over the layers whose size is known. */
  current: number
  total: number
  /** How many layers are through. */
  done: number
}

/** Where a layer is, as far as the engine's English words are known. */
export type LayerStep =
  'waiting' | 'downloading' | 'verifying' | 'downloaded' | 'extracting' | 'done'

const steps: readonly [RegExp, LayerStep][] = [
  [/^(pull complete|already exists|loaded)/i, 'done'],
  [/^download complete/i, 'downloaded'],
  [/^verifying/i, 'verifying'],
  [/^extracting/i, 'extracting'],
  [/^(downloading|loading)/i, 'downloading'],
  [/^(waiting|pulling fs layer|preparing|retrying)/i, 'waiting'],
]

/** Undefined for words that are not known: they are shown as they are. */
export function toLayerStep(message: string): LayerStep | undefined {
  return steps.find(([pattern]) => pattern.test(message))?.[1]
}

const fetched: ReadonlySet<LayerStep | undefined> = new Set<LayerStep>([
  'verifying',
  'downloaded',
  'extracting',
  'done',
])

/**
 * Adds the layers of a pull or load up. Extracting counts from zero again and a finished layer has no numbers: both
 * count as fetched whole, with the size that the caller kept, or the bar would run backwards.
 */
export function sumLayers(layers: Iterable<TransferProgress>): TransferSum {
  const sum = { current: 0, total: 0, done: 0 }
  for (const { message, current = 0, total = 0 } of layers) {
    const step = toLayerStep(message)
    sum.total += total
    sum.current += fetched.has(step) ? total : Math.min(current, total)
    if (step === 'done') sum.done += 1
  }
  return sum
}
