import { toRegistryName } from '#api'
import { isRegistryName } from '../registry/base-url.ts'

/** What an engine asks a mirror for: a manifest by tag or digest, or a blob by digest. */
export interface Route {
  /** The registry that the image is of, as its reference names it. */
  registry: string
  repository: string
  kind: 'manifests' | 'blobs'
  reference: string
}

/** As the distribution specification writes them. */
const repositoryName =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/
const tagName = /^[\w][\w.-]{0,127}$/
const digestName = /^sha256:[0-9a-f]{64}$/

export function isDigest(reference: string): boolean {
  return digestName.test(reference)
}

export function isTagName(reference: string): boolean {
  return tagName.test(reference)
}

/** A name within its registry: `library/busybox`. */
export function isRepositoryName(name: string): boolean {
  return repositoryName.test(name) && name.length <= 255
}

/**
 * Reads `/<name>/manifests|blobs/<reference>?ns=<registry>`, the part of a request's address that follows `/v2`. `ns` is containerd's: https://github.com/containerd/containerd/blob/main/docs/hosts.md#registry-host-namespace
 */
export function parseRoute(address: string): Route | undefined {
  const url = new URL(address, 'http://mirror.invalid')
  const registry = toRegistryName(url.searchParams.get('ns') ?? '')
  const [, repository, kind, reference] =
    /^\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(decode(url.pathname)) ?? []
  if (!isRegistryName(registry) || repository === undefined || reference === undefined)
    return undefined
  if (!isRepositoryName(repository)) return undefined
  if (kind === 'blobs')
    return isDigest(reference) ? { registry, repository, kind, reference } : undefined
  if (!isDigest(reference) && !isTagName(reference)) return undefined
  return { registry, repository, kind: 'manifests', reference }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return ''
  }
}

/** The part of a blob that is asked for, from `start` to `end` (included); RFC 9110, 14.1.2. */
export interface Range {
  start: number
  end?: number
}

/** What containerd asks for when it goes on with a blob, or takes it in parts. Everything else is the whole. */
export function parseRange(header: string | undefined): Range | undefined {
  const [, start, end] = /^bytes=(\d{1,15})-(\d{1,15})?$/.exec(header ?? '') ?? []
  if (start === undefined) return undefined
  return { start: Number(start), ...(end !== undefined && { end: Number(end) }) }
}
