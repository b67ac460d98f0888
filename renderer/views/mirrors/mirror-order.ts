import type { MirrorEndpoint, MirrorTest } from '#api'

/** Moves one to another place; past the ends is the end. */
export function moveTo(urls: readonly string[], url: string, place: number): string[] {
  const others = urls.filter((one) => one !== url)
  const at = Math.min(others.length, Math.max(0, place))
  return others.toSpliced(at, 0, url)
}

/** A layer of an ordinary size, in bytes. */
const layerBytes = 20 * 1000 * 1000

/**
 * The fastest that passed first; one that has other images than the registry comes after those that have the same, and
 * one that failed or was not tested keeps its place behind them.
 */
export function orderByTest(
  endpoints: readonly Pick<MirrorEndpoint, 'url' | 'kind' | 'test'>[],
): string[] {
  return endpoints
    .filter(({ kind }) => kind === 'mirror')
    .toSorted((a, b) => rankOf(a.test) - rankOf(b.test) || timeOf(a.test) - timeOf(b.test))
    .map(({ url }) => url)
}

/** Whether an order by measurement would be another one than there is. */
export function isOrderable(
  endpoints: readonly Pick<MirrorEndpoint, 'url' | 'kind' | 'test'>[],
): boolean {
  const now = endpoints.filter(({ kind }) => kind === 'mirror').map(({ url }) => url)
  return orderByTest(endpoints).some((url, index) => url !== now[index])
}

function rankOf(test: MirrorTest | undefined): number {
  if (!test || test.error) return 2
  return test.lags === true ? 1 : 0
}

/** Ms for a manifest and a layer; where no layer was measured, only what was. */
function timeOf(test: MirrorTest | undefined): number {
  if (!test || test.error) return 0
  const { manifestMs = test.pingMs ?? 0, bytesPerSecond } = test
  return manifestMs + (bytesPerSecond ? (layerBytes / bytesPerSecond) * 1000 : 0)
}
