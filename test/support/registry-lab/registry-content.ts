import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { toTar } from '../tar.ts'
import type { RegistryTarget } from './registry-client.ts'
import { type Descriptor, digestOf, pushBlob, type Pushed, pushManifest } from './registry-push.ts'

export interface PushedImage extends Pushed {
  config: Descriptor
  layers: Descriptor[]
}

export interface PushedIndex extends Pushed {
  /** One for each platform, in their order. */
  images: PushedImage[]
}

export interface ImageOptions {
  /** Whose words the manifests are in; `oci` when not given. */
  format?: Format
  /**
   * One layer each: so many random bytes in a file, or a tar of one's own. All are packed by gzip, random ones to about
   * their size. One of 1000 bytes when not given.
   */
  layers?: readonly (number | Buffer)[]
  /** `amd64` when not given. */
  architecture?: string
}

export interface IndexOptions extends Omit<ImageOptions, 'architecture'> {
  /** amd64 and arm64 when not given. */
  architectures?: readonly string[]
}

type Format = 'oci' | 'docker'

const types = {
  oci: {
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    index: 'application/vnd.oci.image.index.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
  docker: {
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
}

/** What a client that pulls takes, in one Accept. */
export const manifestTypes = Object.values(types).flatMap(({ manifest, index }) => [
  manifest,
  index,
])

/** Pushes an image that an engine can pull, and create a container of. @param name `library/app:1` */
export async function pushImage(
  registry: RegistryTarget,
  name: string,
  { format = 'oci', layers = [1000], architecture = 'amd64' }: ImageOptions = {},
): Promise<PushedImage> {
  const [repository, tag] = splitName(name)
  const type = types[format]
  const tars = layers.map((layer) => (typeof layer === 'number' ? randomTar(layer) : layer))
  const packed: Descriptor[] = []
  for (const tar of tars) {
    // Level 0 packs nothing, which random bytes would not let it do anyway.
    const blob = gzipSync(tar, { level: 0 })
    packed.push(await pushBlob(registry, repository, { mediaType: type.layer, bytes: blob }))
  }
  const settings = Buffer.from(
    JSON.stringify({
      ...{ architecture, os: 'linux', config: { Cmd: ['/bin/sh'] } },
      // No two images are the same, whatever their layers are.
      created: new Date().toISOString(),
      author: randomBytes(8).toString('hex'),
      rootfs: { type: 'layers', diff_ids: tars.map(digestOf) },
    }),
  )
  const config = await pushBlob(registry, repository, { mediaType: type.config, bytes: settings })
  const manifest = { schemaVersion: 2, mediaType: type.manifest, config, layers: packed }
  const pushed = await pushManifest(registry, { repository, tag }, manifest)
  return { ...pushed, config, layers: packed }
}

/** Pushes an image for each of some architectures, and an index of them under one tag. */
export async function pushIndex(
  registry: RegistryTarget,
  name: string,
  { architectures = ['amd64', 'arm64'], format = 'oci', ...rest }: IndexOptions = {},
): Promise<PushedIndex> {
  const [repository, tag] = splitName(name)
  const images: PushedImage[] = []
  for (const architecture of architectures) {
    const own = `${repository}:${tag}-${architecture}`
    images.push(await pushImage(registry, own, { ...rest, format, architecture }))
  }
  const manifests = images.map(({ mediaType, digest, size }, index) => ({
    ...{ mediaType, digest, size },
    platform: { architecture: architectures[index], os: 'linux' },
  }))
  const index = { schemaVersion: 2, mediaType: types[format].index, manifests }
  return { ...(await pushManifest(registry, { repository, tag }, index)), images }
}

const randomTar = (length: number) => toTar([{ name: 'random', content: randomBytes(length) }])

function splitName(name: string): [repository: string, tag: string] {
  const at = name.lastIndexOf(':')
  return at < 0 ? [name, 'latest'] : [name.slice(0, at), name.slice(at + 1)]
}
