import { AppError } from '#api'
import { isDigest, isRepositoryName, isTagName } from '../mirrors/route.ts'
import { isRegistryName } from '../registry/base-url.ts'
import { toRegistry } from './names.ts'

/** A repository with the registry that has it. */
export interface RepositoryName {
  registry: string
  repository: string
}

/** One image of a repository: `reference` is a tag or a digest. */
export interface TagName extends RepositoryName {
  reference: string
}

const dockerHub = 'docker.io'

/**
 * `ghcr.io/me/app`, `nginx`: by the rule of docker, whose first part is a registry when it could be no user's name.
 * @throws {AppError} `repository-name-invalid`, `registry-name-invalid`
 */
export function parseRepository(text: unknown): RepositoryName {
  const name = toName(text)
  const [first = '', ...rest] = name.split('/')
  const isNamed = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  const registry = isNamed ? toRegistry(first) : dockerHub
  const path = isNamed ? rest.join('/') : name
  const repository = registry === dockerHub && !path.includes('/') ? `library/${path}` : path
  if (isRegistryName(registry) && isRepositoryName(repository)) return { registry, repository }
  throw new AppError('repository-name-invalid', { name: String(text).slice(0, 200) })
}

/**
 * `ghcr.io/me/app:1.2` or `…@sha256:…`; `latest` when nothing is said.
 * @throws {AppError} `repository-name-invalid`
 */
export function parseTag(text: unknown): TagName {
  const name = toName(text)
  const [, path = '', tag, digest] = /^(.*?)(?::([^/:@]+))?(?:@([^@]+))?$/.exec(name) ?? []
  const reference = digest ?? tag ?? 'latest'
  if (isTagName(reference) || isDigest(reference)) return { ...parseRepository(path), reference }
  throw new AppError('repository-name-invalid', { name: String(text).slice(0, 200) })
}

/** Whoever copies an address from elsewhere has its scheme, too. */
function toName(text: unknown): string {
  return typeof text === 'string' ? text.trim().replace(/^https?:\/\//i, '') : ''
}

/** As a person writes it: Docker Hub and its own library are what is meant when nothing is said. */
export function toShortName({ registry, repository }: RepositoryName): string {
  const name = toNameThere({ registry, repository })
  return registry === dockerHub ? name : `${registry}/${name}`
}

/** The same beside the name of its registry. */
export function toNameThere({ registry, repository }: RepositoryName): string {
  return registry === dockerHub ? repository.replace(/^library\//, '') : repository
}
