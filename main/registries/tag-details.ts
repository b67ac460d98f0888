import { createHash } from 'node:crypto'
import type { TagDetails, TagPlatform } from '#api'
import { readManifestBytes } from '../mirrors/manifest.ts'
import { isDigest } from '../mirrors/route.ts'
import type { Exchange } from '../registry/exchange.ts'
import { RegistryFailure } from '../registry/failure.ts'
import { readWhole } from '../registry/read-whole.ts'
import { parseJson } from './listing.ts'

/** Asks a registry below a repository, such as for `/manifests/latest`. @throws {RegistryFailure} */
export type AskRegistry = (
  path: string,
  headers?: Readonly<Record<string, string>>,
) => Promise<Exchange>

export interface DetailsOptions {
  ask: AskRegistry
  /** Of all that an index names only this one is looked into, such as `linux/amd64`; all of them when not given. */
  only?: string | undefined
}

const indexTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]
const accept = [
  ...indexTypes,
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')
const configTypes = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]
const longestConfigBytes = 4 * 1024 ** 2
const mostPlatforms = 32

/**
 * What a tag means now: an image, or an index of images for several platforms.
 * @throws {RegistryFailure}
 */
export async function readTagDetails(
  reference: string,
  options: DetailsOptions,
): Promise<Omit<TagDetails, 'name'>> {
  const { digest, manifest } = await askManifest(reference, options.ask)
  const told = { digest, mediaType: manifest.mediaType }
  if (!manifest.index) {
    const image = await readImage({ digest, manifest }, options.ask)
    return { ...told, kind: manifest.isImage ? 'image' : 'other', platforms: [image] }
  }
  const images = manifest.index.slice(0, mostPlatforms)
  return {
    ...told,
    kind: 'index',
    platforms: await Promise.all(images.map((image) => lookInto(image, options))),
  }
}

/** One that cannot be looked into is there all the same. */
async function lookInto(image: TagPlatform, { ask, only }: DetailsOptions): Promise<TagPlatform> {
  if (only !== undefined && !isPlatform(image.platform, only)) return image
  const found = await askManifest(image.digest, ask)
    .then((manifest) => readImage(manifest, ask))
    .catch(() => undefined)
  return { ...found, ...image }
}

/** `linux/arm64/v8` is what `linux/arm64` means. */
function isPlatform(platform: string, wanted: string): boolean {
  return platform === wanted || platform.startsWith(`${wanted}/`)
}

interface Manifest {
  mediaType: string
  isImage: boolean
  config?: { digest: string }
  layers: { size: number }[]
  index?: TagPlatform[]
}

async function askManifest(
  reference: string,
  ask: AskRegistry,
): Promise<{ digest: string; manifest: Manifest }> {
  const answer = await ask(`/manifests/${reference}`, { accept })
  const { digest, mediaType, bytes } = await readManifestBytes(answer, reference)
  const manifest = parseJson(bytes)
  const config = toRecord(manifest['config'])
  const configDigest = config['digest']
  return {
    digest,
    manifest: {
      mediaType: toText(mediaType),
      isImage: configTypes.includes(String(config['mediaType'])),
      layers: toRecords(manifest['layers']).map(({ size }) => ({ size: toCount(size) })),
      ...(typeof configDigest === 'string' &&
        isDigest(configDigest) && { config: { digest: configDigest } }),
      ...(indexTypes.includes(mediaType) && {
        index: toRecords(manifest['manifests']).flatMap(toEntry),
      }),
    },
  }
}

/** An image in an index; what is there about another, such as who built it, is none. */
function toEntry(entry: Record<string, unknown>): TagPlatform[] {
  const { digest } = entry
  const platform = toPlatform(toRecord(entry['platform']))
  const isAbout = toRecord(entry['annotations'])['vnd.docker.reference.type'] !== undefined
  if (typeof digest !== 'string' || !isDigest(digest) || isAbout) return []
  return platform === 'unknown/unknown' ? [] : [{ digest, platform }]
}

async function readImage(
  { digest, manifest }: { digest: string; manifest: Manifest },
  ask: AskRegistry,
): Promise<TagPlatform> {
  const { layers, config, isImage } = manifest
  const sizes = {
    bytes: layers.reduce((sum, { size }) => sum + size, 0),
    layers: layers.length,
  }
  if (!config || !isImage) return { digest, platform: '', ...sizes }
  const settings = await readConfig(await ask(`/blobs/${config.digest}`), config.digest)
  const createdAt = Date.parse(String(settings['created']))
  return {
    ...{ digest, platform: toPlatform(settings), ...sizes },
    ...(Number.isFinite(createdAt) && createdAt > 0 && { createdAt }),
  }
}

async function readConfig(answer: Exchange, digest: string): Promise<Record<string, unknown>> {
  const bytes = await readWhole(answer, longestConfigBytes)
  const own = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  if (own !== digest) throw new RegistryFailure('lied', `${own} came for ${digest}`)
  return parseJson(bytes)
}

function toPlatform({ os, architecture, variant }: Record<string, unknown>): string {
  return [os, architecture, variant]
    .filter((part) => typeof part === 'string' && /^[\w.+-]{1,32}$/.test(part))
    .join('/')
}

function toText(value: string): string {
  return value.slice(0, 200)
}

function toCount(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0
}

function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function toRecords(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(toRecord) : []
}
