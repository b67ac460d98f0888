import type { Container, Image } from '#api'
import { toImageName } from '../../image/image-name.ts'

/** An image as a row tells it. */
export interface ImageItem {
  id: string
  image: Image
  /** What it is called first: without its tag, and empty for a dangling one. */
  repository: string
  tag: string
  /** Names of the containers made of it, running or not. */
  uses: readonly string[]
}

export const imageFilters = ['all', 'used', 'unused', 'dangling'] as const
export type ImageFilter = (typeof imageFilters)[number]

const imageSortKeys = ['name', 'size', 'created', 'uses'] as const
export type ImageSortKey = (typeof imageSortKeys)[number]

export interface ImageSorting {
  by: ImageSortKey
  isDescending: boolean
}

export function isImageSorting(value: unknown): value is ImageSorting {
  if (typeof value !== 'object' || value === null) return false
  const { by, isDescending } = value as Partial<ImageSorting>
  return (imageSortKeys as readonly unknown[]).includes(by) && typeof isDescending === 'boolean'
}

/** What a click on a column's title asks for: numbers and times begin with the most. */
export function toNextSorting(now: ImageSorting, by: ImageSortKey): ImageSorting {
  return now.by === by
    ? { by, isDescending: !now.isDescending }
    : { by, isDescending: by !== 'name' }
}

const noUses: readonly string[] = []

export function toImageItems(
  images: readonly Image[],
  containers: readonly Container[],
): ImageItem[] {
  const uses = new Map<string, string[]>()
  for (const { imageId, name } of containers) {
    const names = uses.get(imageId)
    if (names) names.push(name)
    else uses.set(imageId, [name])
  }
  return images.map((image) => {
    const [repository, tag] = splitTag(image.tags[0] ?? '')
    return { id: image.id, image, repository, tag, uses: uses.get(image.id) ?? noUses }
  })
}

/** The colon of a registry's port is none of a tag. */
export function splitTag(name: string): [string, string] {
  const at = name.indexOf(':', name.lastIndexOf('/') + 1)
  return at === -1 ? [name, ''] : [name.slice(0, at), name.slice(at + 1)]
}

export function isInFilter({ image, uses }: ImageItem, filter: ImageFilter): boolean {
  switch (filter) {
    case 'all':
      return true
    case 'used':
      return uses.length > 0
    case 'unused':
      return uses.length === 0
    case 'dangling':
      return image.tags.length === 0
  }
}

/** Those with all of the words in a name or at the beginning of the id. */
export function findImages(items: readonly ImageItem[], text: string): readonly ImageItem[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return items
  return items.filter(({ image }) => {
    const names = image.tags.join(' ').toLowerCase()
    const id = image.id.replace(/^sha256:/, '')
    return words.every((word) => names.includes(word) || id.startsWith(word))
  })
}

// One collator for all: making one for each comparison costs a hundred times as much.
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Sorts a copy. Dangling images stand after all that have a name. */
export function sortImages(
  items: readonly ImageItem[],
  { by, isDescending }: ImageSorting,
): ImageItem[] {
  const sign = isDescending ? -1 : 1
  const byName = (a: ImageItem, b: ImageItem) =>
    Number(a.repository === '') - Number(b.repository === '') ||
    sign * compareNames(a.image, b.image)
  if (by === 'name') return items.toSorted(byName)
  const toNumber = (item: ImageItem) =>
    by === 'size' ? item.image.size : by === 'created' ? item.image.createdAt : item.uses.length
  return items.toSorted((a, b) => sign * (toNumber(a) - toNumber(b)) || byName(a, b))
}

function compareNames(a: Image, b: Image): number {
  return collator.compare(toImageName(a), toImageName(b))
}
