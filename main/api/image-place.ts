/** Docker Hub as image names have it; it answers elsewhere. */
export const dockerHub = 'docker.io'

/** What else it is called: by docker itself, by its API, and by who copies the address of a page. */
const hubNames: ReadonlySet<string> = new Set([
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
  'hub.docker.com',
])

/** A repository with the registry that has it: `library/nginx` of `docker.io` is what `nginx` means. */
export interface RepositoryPlace {
  registry: string
  repository: string
}

/** What a name of an image stands for. */
export interface ImagePlace extends RepositoryPlace {
  tag?: string
  digest?: string
}

/** The one name that a registry has here, of the host that it is called by. */
export function toRegistryName(host: string): string {
  const name = host.toLowerCase()
  return hubNames.has(name) ? dockerHub : name
}

/** The same of what somebody types for a registry, or copies from elsewhere: an address, too. */
export function toTypedRegistry(text: string): string {
  return toRegistryName(toTypedName(text).replace(/\/.*$/s, ''))
}

/** A name without what comes with it when it is copied as an address, of a page of Docker Hub's, too. */
export function toTypedName(text: string): string {
  return text
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/^hub\.docker\.com\/(?:r|_)\/(.+?)(?:\/tags)?\/*$/i, `${dockerHub}/$1`)
}

/** Whether the first part of a name is a registry: when it could be no user's name, nor an image's. */
export function isRegistryHost(part: string): boolean {
  return /[.:A-Z]/.test(part) || part === 'localhost'
}

/**
 * Which image of which registry a name means, by docker's rule (distribution/reference, `splitDockerDomain`). Says nothing
 * of whether there can be such a name.
 */
export function toImagePlace(name: string): ImagePlace {
  const [, path = '', tag, digest] = /^(.*?)(?::([^/:@]+))?(?:@([^@]+))?$/s.exec(name) ?? []
  const [first = '', ...rest] = path.split('/')
  const isNamed = rest.length > 0 && isRegistryHost(first)
  const registry = isNamed ? toHost(first) : dockerHub
  const repository = toRepositoryThere(registry, isNamed ? rest.join('/') : path)
  return {
    ...{ registry, repository },
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  }
}

/** What is a host by its capitals alone keeps them: folded, it would read as somebody's name at Docker Hub. */
function toHost(part: string): string {
  return isRegistryHost(part.toLowerCase()) ? toRegistryName(part) : part
}

/**
 * The same text for the same image of the engine's, and for no other: it knows Docker Hub by two names only, and
 * capitals of a host as what they are.
 */
export function toLocalName(name: string): string {
  const { repository, tag = '', digest } = toImagePlace(name)
  const [first = '', ...rest] = name.split('/')
  const isNamed = rest.length > 0 && isRegistryHost(first) && first !== 'index.docker.io'
  return [isNamed ? first : dockerHub, repository, digest ?? tag].join(' ')
}

/** As a registry itself has it: Docker Hub keeps images without an owner as its own library's. */
export function toRepositoryThere(registry: string, name: string): string {
  return registry === dockerHub && !name.includes('/') ? `library/${name}` : name
}

/** As a person writes it, and as it is pulled: Docker Hub and its own library are what is meant when nothing is said. */
export function toShortName({ registry, repository }: RepositoryPlace): string {
  const name = toNameThere({ registry, repository })
  return registry === dockerHub ? name : `${registry}/${name}`
}

/** The same beside the name of its registry. */
export function toNameThere({ registry, repository }: RepositoryPlace): string {
  return registry === dockerHub ? repository.replace(/^library\//, '') : repository
}
