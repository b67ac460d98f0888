import type { Image } from '#api'
import { toImageName, toShortId } from './image-name.ts'

/** The name of the archive: of the one image, or of how many there are. */
export function toArchiveName(images: readonly Image[]): string {
  const [first] = images
  if (!first || images.length > 1) return `images-${images.length}.tar`
  const name = toImageName(first).replace(/[^\w.-]+/g, '_')
  return `${name.slice(0, 100)}.tar`
}

/** Every name of each: the archive gives them back when it is loaded. */
export function toSavedNames(images: readonly Image[]): string[] {
  return images.flatMap(({ tags, id }) => (tags.length > 0 ? tags : [toShortId(id)]))
}

/** Where the app gives out an archive of these images, below the page's own address. */
export function toDownloadPath(images: readonly Image[]): string {
  const query = new URLSearchParams(toSavedNames(images).map((name) => ['name', name]))
  query.append('file', toArchiveName(images))
  return `download/image?${query.toString()}`
}

/** Lets the browser fetch it, with its own progress, pause and place on the disk. */
export function startDownload(images: readonly Image[]): void {
  const link = document.createElement('a')
  link.href = new URL(toDownloadPath(images), document.baseURI).href
  link.download = toArchiveName(images)
  link.click()
}
