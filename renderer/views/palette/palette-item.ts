import type { Findable } from '../../palette/ranking.ts'

export const paletteKinds = [
  'page',
  'action',
  'container',
  'image',
  'volume',
  'network',
  'port',
  'project',
  'setting',
] as const
type PaletteKind = (typeof paletteKinds)[number]

/** A line of the palette: what it does, or the lines that it leads to. */
export type PaletteItem = Findable & {
  kind: PaletteKind
  icon: string
  /** Beside the name, dim. */
  detail?: string
  /** Keys that do the same anywhere. */
  keys?: readonly string[]
} & ({ run: () => unknown } | { steps: () => PaletteItem[] })
