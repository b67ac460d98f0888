import {
  AppError,
  type ImagePlace,
  isRegistryHost,
  type RepositoryPlace,
  toImagePlace,
  toTypedName,
} from '#api'
import { isDigest, isRepositoryName, isTagName } from '../mirrors/route.ts'
import { isRegistryName } from '../registry/base-url.ts'

/** One image of a repository: `reference` is a tag or a digest. */
export interface RepositoryImage extends RepositoryPlace {
  reference: string
}

/**
 * `ghcr.io/me/app`, `nginx`.
 * @throws {AppError} `repository-name-invalid`
 */
export function parseRepository(text: unknown): RepositoryPlace {
  const { registry, repository, tag, digest } = parsePlace(text)
  if (tag === undefined && digest === undefined) return { registry, repository }
  throw toError(text)
}

/**
 * `ghcr.io/me/app:1.2` or `…@sha256:…`; `latest` when nothing is said.
 * @throws {AppError} `repository-name-invalid`
 */
export function parseRepositoryImage(text: unknown): RepositoryImage {
  const { registry, repository, tag, digest } = parsePlace(text)
  const reference = digest ?? tag ?? 'latest'
  if (isTagName(reference) || isDigest(reference)) return { registry, repository, reference }
  throw toError(text)
}

function parsePlace(text: unknown): ImagePlace {
  const place = toImagePlace(typeof text === 'string' ? toTypedName(text) : '')
  // A host that is one by its capitals alone is none that we would ask.
  const isHost = isRegistryHost(place.registry.toLowerCase()) && isRegistryName(place.registry)
  if (isHost && isRepositoryName(place.repository)) return place
  throw toError(text)
}

function toError(text: unknown): AppError {
  return new AppError('repository-name-invalid', { name: String(text).slice(0, 200) })
}
