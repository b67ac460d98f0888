import { toImagePlace, toRegistryName, toTypedName } from '#api'

/** The page of a registry, of a repository in it, or of one of its tags. */
export function toRegistryRoute(registry: string, repository?: string, reference?: string): string {
  const parts = [registry, repository, reference].filter((part) => part !== undefined)
  return `/registries/${parts.map(encodeURIComponent).join('/')}`
}

/** Where a text leads that somebody types: a registry, a repository, a tag; else a search of Docker Hub. */
export function toTypedRoute(text: string): string {
  const typed = toTypedName(text).replace(/\/+$/, '')
  if (isRegistry(typed)) return toRegistryRoute(toRegistryName(typed))
  const { registry, repository, tag, digest } = toImagePlace(typed)
  const reference = digest ?? tag
  if (/\s/.test(typed) || (reference === undefined && !typed.includes('/')))
    return `/registries/search/${encodeURIComponent(typed)}`
  return toRegistryRoute(registry, repository, reference)
}

/** One word with a port of four digits, a dot or a well-known name; `redis:7` is an image. */
function isRegistry(word: string): boolean {
  return /^localhost(:\d+)?$|^[^:/]*\.[^:/]*(:\d+)?$|^[^.:/]+:\d{4,5}$/i.test(word)
}
