import { createHash } from 'node:crypto'
import type { Exchange } from '../registry/exchange.ts'
import { RegistryFailure } from '../registry/failure.ts'
import { readWhole } from '../registry/read-whole.ts'
import type { Endpoint } from './endpoint.ts'
import { isDigest, type Route } from './route.ts'

/** What the specification lets a registry refuse above; larger ones are no manifests. */
const longestBytes = 4 * 1024 ** 2

export interface Manifest {
  digest: string
  mediaType: string
  bytes: Buffer
  endpoint: Endpoint
}

/**
 * The manifest in an answer, once it is known to be one.
 * @throws {RegistryFailure} `lied` for one that is not of the digest that was asked for or told; `garbled` for none
 */
export async function readManifest(
  answer: Exchange,
  endpoint: Endpoint,
  { reference }: Route,
): Promise<Manifest> {
  return { ...(await readManifestBytes(answer, reference)), endpoint }
}

/**
 * The same of any answer to the question for a tag or a digest.
 * @throws {RegistryFailure} `lied`, `garbled`
 */
export async function readManifestBytes(
  answer: Exchange,
  reference: string,
): Promise<Omit<Manifest, 'endpoint'>> {
  const bytes = await readWhole(answer, longestBytes)
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  const mediaType = mediaTypeOf(bytes, answer.headers['content-type'])
  const told = answer.headers['docker-content-digest']
  const wanted = isDigest(reference) ? reference : told
  if (typeof wanted === 'string' && isDigest(wanted) && wanted !== digest)
    throw new RegistryFailure('lied', `${digest} came for ${wanted}`)
  return { digest, mediaType, bytes }
}

function mediaTypeOf(bytes: Buffer, contentType: string | undefined): string {
  const parsed = parse(bytes)
  const own = parsed['mediaType']
  if (parsed['schemaVersion'] !== 1 && parsed['schemaVersion'] !== 2)
    throw new RegistryFailure('garbled', 'what came is no manifest')
  // A type of its own is part of what the digest stands for; the header is anybody's.
  return typeof own === 'string' ? own : (contentType ?? 'application/octet-stream')
}

function parse(bytes: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Told below.
  }
  throw new RegistryFailure('garbled', 'what came is no JSON')
}

/** What is told of a manifest by an answer to HEAD; undefined when it does not say enough, and has to be read. */
export function headOf({
  headers,
}: Exchange): { digest: string; mediaType: string; length: number } | undefined {
  const digest = headers['docker-content-digest']
  const length = Number(headers['content-length'] ?? Number.NaN)
  const mediaType = headers['content-type']
  if (typeof digest !== 'string' || !isDigest(digest) || mediaType === undefined) return undefined
  return Number.isInteger(length) && length > 0 ? { digest, mediaType, length } : undefined
}
