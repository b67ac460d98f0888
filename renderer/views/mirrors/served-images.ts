import { type ErrorShape, type ServedPull, toShortName } from '#api'

/** What one endpoint gave. */
interface ServedShare {
  url: string
  bytes: number
}

/** An image, with all that was served of it lately. */
export interface ServedImage {
  /** As image names have it: `nginx`, `ghcr.io/owner/name`. */
  name: string
  registry: string
  /** Of the newest of its parts. */
  at: number
  tags: string[]
  bytes: number
  /** The most first. */
  shares: ServedShare[]
  /** The newest first. */
  parts: ServedPull[]
  /** Of what nobody has given since. */
  error?: ErrorShape
}

/** The newest first, as it came: parts of one image stand together. */
export function toServedImages(served: readonly ServedPull[]): ServedImage[] {
  const groups = Map.groupBy(served, toShortName)
  return [...groups].map(([name, parts]) => {
    const error = findLost(parts)
    const shares = toShares(parts)
    return {
      ...{ name, parts, shares },
      registry: parts[0]?.registry ?? '',
      at: Math.max(...parts.map(({ at }) => at)),
      tags: [...new Set(parts.filter(isTagged).map(({ reference }) => reference))],
      bytes: shares.reduce((sum, { bytes }) => sum + bytes, 0),
      ...(error && { error }),
    }
  })
}

/** A digest by its beginning, as docker prints it. */
export function toShortReference(reference: string): string {
  return reference.replace(/^sha256:([0-9a-f]{12}).*$/, '$1')
}

function isTagged({ kind, reference }: ServedPull): boolean {
  return kind === 'manifests' && !reference.includes(':')
}

function toShares(parts: readonly ServedPull[]): ServedShare[] {
  const sums = new Map<string, number>()
  for (const { url, bytes } of parts.flatMap(({ from }) => from))
    sums.set(url, (sums.get(url) ?? 0) + bytes)
  return [...sums].map(([url, bytes]) => ({ url, bytes })).toSorted((a, b) => b.bytes - a.bytes)
}

/** The newest failure of a part whose last request failed. */
function findLost(parts: readonly ServedPull[]): ErrorShape | undefined {
  const last = new Map<string, ServedPull>()
  for (const part of parts) if (!last.has(part.reference)) last.set(part.reference, part)
  return [...last.values()].find(({ error }) => error)?.error
}
