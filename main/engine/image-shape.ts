import type { Image, ImageLayer, ImageUse } from '#api'

/** An entry of the engine's list, with the nulls that it has for "none". */
export interface ListedImage {
  Id: string
  RepoTags: string[] | null
  RepoDigests: string[] | null
  Size: number
  /** -1 where it was not reckoned. */
  SharedSize: number
  Containers: number
  /** Seconds. */
  Created: number
  Labels: Record<string, string> | null
}

export interface ListedLayer {
  CreatedBy: string
  Created: number
  Size: number
  Comment: string
  Tags: string[] | null
}

export function toImage(info: ListedImage): Image {
  return {
    id: info.Id,
    tags: (info.RepoTags ?? []).filter((tag) => tag !== '<none>:<none>'),
    digests: (info.RepoDigests ?? []).filter((digest) => !digest.startsWith('<none>')),
    size: info.Size,
    createdAt: info.Created * 1000,
    labels: info.Labels ?? {},
  }
}

export function toLayer(layer: ListedLayer): ImageLayer {
  return {
    createdBy: layer.CreatedBy,
    createdAt: Math.max(0, layer.Created) * 1000,
    size: layer.Size,
    comment: layer.Comment,
    tags: layer.Tags ?? [],
  }
}

export function toUse(info: ListedImage): ImageUse {
  return {
    id: info.Id,
    ownBytes: Math.max(0, info.Size - Math.max(0, info.SharedSize)),
    containers: Math.max(0, info.Containers),
  }
}
