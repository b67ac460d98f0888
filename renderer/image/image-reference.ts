import { type Image, toImagePlace } from '#api'

/** A name as the engine keeps it: with its tag, and without what stands for Docker Hub. */
export function toFullName(reference: string): string {
  const bare = reference.trim().replace(/^(?:(?:index\.)?docker\.io\/)?(?:library\/)?/, '')
  const named = /[@:]/.test(bare.slice(bare.lastIndexOf('/') + 1))
  return named ? bare : `${bare}:latest`
}

/** Whether the engine has the image that is meant by a name, a digest or the beginning of an id. */
export function isLocalImage(reference: string, images: readonly Image[]): boolean {
  const name = toFullName(reference)
  const id = reference.trim().replace(/^sha256:/, '')
  const isId = /^[0-9a-f]{4,64}$/.test(id)
  return images.some(
    (image) =>
      image.tags.some((tag) => toFullName(tag) === name) ||
      image.digests.some((digest) => toFullName(digest) === name) ||
      (isId && image.id.replace(/^sha256:/, '').startsWith(id)),
  )
}

/** Where a push goes. Docker Hub keeps names without an account for images of its own. */
export function toPushPlace(name: string): { registry: string; isOfficial: boolean } {
  return { registry: toImagePlace(name).registry, isOfficial: !name.includes('/') }
}

/** A name that can be given to an image: no digest. */
export function isTagName(text: string): boolean {
  return isImageName(text) && !text.includes('@')
}

/** Loose, for a complaint while typing: the engine knows the whole rule. */
export function isImageName(text: string): boolean {
  const name = text.trim()
  const path = name.replace(/@.*$/, '').replace(/:[^/]*$/, '')
  return /^[\w][\w.:/@+-]*$/.test(name) && !/[A-Z]/.test(path.replace(/^[^/]+[.:][^/]*\//, ''))
}
