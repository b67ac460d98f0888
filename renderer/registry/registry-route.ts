const hub = 'docker.io'

/** A repository within its registry: of Docker Hub, `library/nginx` is what `nginx` means. */
export interface RepositoryPlace {
  registry: string
  repository: string
}

/** The page of a registry, of a repository in it, or of one of its tags. */
export function toRegistryRoute(registry: string, repository?: string, reference?: string): string {
  const parts = [registry, repository, reference].filter((part) => part !== undefined)
  return `/registries/${parts.map(encodeURIComponent).join('/')}`
}

/** Where a text leads that somebody types: a registry, a repository, a tag; else a search of Docker Hub. */
export function toTypedRoute(text: string): string {
  const typed = text
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/\/+$/, '')
  const [first = '', ...rest] = typed.split('/')
  if (rest.length === 0 && isRegistry(first)) return toRegistryRoute(first.toLowerCase())
  const isNamed = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  const [, path = '', tag] = /^(.*?)(?::([^/:]+))?$/.exec(isNamed ? rest.join('/') : typed) ?? []
  if (isNamed) return toRegistryRoute(first.toLowerCase(), path, tag)
  if (/\s/.test(typed) || (tag === undefined && rest.length === 0))
    return `/registries/search/${encodeURIComponent(typed)}`
  return toRegistryRoute(hub, toHubRepository(path), tag)
}

/** One word with a port of four digits, a dot or a well-known name; `redis:7` is an image. */
function isRegistry(word: string): boolean {
  return /^localhost(:\d+)?$|^[^:]*\.[^:]*(:\d+)?$|^[^.:]+:\d{4,5}$/i.test(word)
}

export function toHubRepository(name: string): string {
  return name.includes('/') ? name : `library/${name}`
}

/** As it is pulled, and as a person writes it: `nginx`, `ghcr.io/me/app`. */
export function toPullName({ registry, repository }: RepositoryPlace): string {
  if (registry !== hub) return `${registry}/${repository}`
  return repository.replace(/^library\//, '')
}

/** Of a registry's own name for it, what a page is headed with. */
export function toShownRepository({ registry, repository }: RepositoryPlace): string {
  return registry === hub ? repository.replace(/^library\//, '') : repository
}
