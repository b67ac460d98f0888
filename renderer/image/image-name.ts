import type { Image } from '#api'

/** The id without its algorithm, as docker prints it. */
export function toShortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12)
}

/** What to call an image: its first tag, or the short id of one that has none. */
export function toImageName({ tags, id }: Pick<Image, 'tags' | 'id'>): string {
  return tags[0] ?? toShortId(id)
}
