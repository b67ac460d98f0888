import type { Image, ImageUse } from '#api'

export type PruneKind = 'dangling' | 'unused'

export interface PruneItem {
  id: string
  image: Image
  /** What no other image shares. */
  ownBytes: number
}

/** What would go, the biggest first. Only images that no container is made of, by the engine's count and ours. */
export function planPrune(
  kind: PruneKind,
  images: readonly Image[],
  { usage, used }: { usage: readonly ImageUse[]; used: ReadonlySet<string> },
): PruneItem[] {
  const byId = new Map(usage.map((use) => [use.id, use]))
  const isFree = ({ id }: Image) => !used.has(id) && (byId.get(id)?.containers ?? 0) === 0
  return images
    .filter((image) => isFree(image) && (kind === 'unused' || image.tags.length === 0))
    .map((image) => ({ id: image.id, image, ownBytes: byId.get(image.id)?.ownBytes ?? 0 }))
    .sort((a, b) => b.ownBytes - a.ownBytes)
}

/** Bytes that go for sure; layers that only these images share come on top. */
export function sumBytes(items: readonly PruneItem[]): number {
  return items.reduce((sum, { ownBytes }) => sum + ownBytes, 0)
}
