import { createHash } from 'node:crypto'
import { type Answer, ask, type RegistryTarget } from './registry-client.ts'

/** What a manifest says of something else: OCI image-spec, descriptor.md. */
export interface Descriptor {
  mediaType: string
  digest: string
  /** Bytes. */
  size: number
}

/** A manifest or an index, as it lies in the registry. */
export interface Pushed extends Descriptor {
  repository: string
  tag: string
  /** The very bytes of `digest`. */
  bytes: Buffer
}

export const digestOf = (bytes: Buffer) =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`

const toDescriptor = (mediaType: string, bytes: Buffer): Descriptor => ({
  ...{ mediaType, digest: digestOf(bytes), size: bytes.length },
})

/** OCI distribution-spec, "Pushing a blob monolithically", POST then PUT. */
export async function pushBlob(
  registry: RegistryTarget,
  repository: string,
  { mediaType, bytes }: { mediaType: string; bytes: Buffer },
): Promise<Descriptor> {
  const blob = toDescriptor(mediaType, bytes)
  const authorization = registry.authorization?.(repository)
  const begun = await ask(registry, `/v2/${repository}/blobs/uploads/`, {
    ...{ method: 'POST', headers: { authorization } },
  })
  const location = new URL(must(begun, 202).headers.location ?? '', registry.url)
  location.searchParams.set('digest', blob.digest)
  const headers = { authorization, 'content-type': 'application/octet-stream' }
  must(await ask(registry, location.href, { method: 'PUT', headers, body: bytes }), 201)
  return blob
}

/** OCI distribution-spec, "Pushing manifests". */
export async function pushManifest(
  registry: RegistryTarget,
  { repository, tag }: { repository: string; tag: string },
  content: { mediaType: string },
): Promise<Pushed> {
  const { mediaType } = content
  const bytes = Buffer.from(JSON.stringify(content))
  const authorization = registry.authorization?.(repository)
  const headers = { authorization, 'content-type': mediaType }
  const path = `/v2/${repository}/manifests/${tag}`
  must(await ask(registry, path, { method: 'PUT', headers, body: bytes }), 201)
  return { ...toDescriptor(mediaType, bytes), repository, tag, bytes }
}

function must(answer: Answer, status: number): Answer {
  if (answer.status === status) return answer
  throw new Error(`the registry answered ${answer.status}: ${answer.body.toString()}`)
}
