import type { TransferSource } from '#api'
import type { LayerSizes } from './layer-sizes.ts'
import { presets } from './presets.ts'
import type { Served, ServedHistory } from './served.ts'

/** What is known of a pull because it goes by way of us, beside what the engine tells. */
export interface PullsKnown {
  /** Bytes of a layer, by the first twelve digits of its digest. */
  sizeOf(layer: string): number | undefined
  /** Who has given what of a repository since a moment (ms since the epoch), the most first. */
  givers(of: { registry: string; repository: string }, since: number): TransferSource[]
}

export function createPullsKnown(served: ServedHistory, sizes: LayerSizes): PullsKnown {
  return {
    sizeOf: (layer) => sizes.of(layer),
    givers: ({ registry, repository }, since) =>
      toSources(
        served.list.filter(
          ({ at, route }) =>
            at >= since && route.registry === registry && route.repository === repository,
        ),
      ),
  }
}

function toSources(list: readonly Served[]): TransferSource[] {
  const sums = new Map<string, number>()
  for (const [url, bytes] of list.flatMap((one) => [...one.bytes]))
    sums.set(url, (sums.get(url) ?? 0) + bytes)
  return [...sums]
    .map(([url, bytes]) => {
      const name = presets.find((one) => one.url === url)?.name
      return { url, bytes, ...(name !== undefined && { name }) }
    })
    .toSorted((a, b) => b.bytes - a.bytes)
}
