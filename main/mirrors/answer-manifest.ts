import type { Exchange } from '../registry/exchange.ts'
import type { Answerer, Asked } from './answer.ts'
import type { Endpoint } from './endpoint.ts'
import { headOf, type Manifest, readManifest } from './manifest.ts'
import { ManifestCache } from './manifest-cache.ts'
import type { PullSource } from './pull-source.ts'
import { isDigest, type Route } from './route.ts'

interface Told {
  digest: string
  mediaType: string
  length: number
  bytes?: Buffer
  endpoint: Endpoint
}

/** Manifests: read whole and held against their digest before the first byte goes to the engine. */
export class AnswerManifest implements Answerer {
  readonly #source: PullSource
  readonly #onManifest: ((bytes: Buffer) => void) | undefined
  readonly #cache = new ManifestCache()

  constructor(source: PullSource, onManifest?: (bytes: Buffer) => void) {
    this.#source = source
    this.#onManifest = onManifest
  }

  async answer({ route, request, response, signal, count }: Asked): Promise<void> {
    const isHead = request.method === 'HEAD'
    const { accept } = request.headers
    const told = await this.#find(route, { isHead, accept, signal })
    count(told.endpoint.url, told.bytes?.length ?? 0)
    response.writeHead(200, {
      'content-type': told.mediaType,
      'content-length': told.length,
      'docker-content-digest': told.digest,
    })
    response.end(isHead ? undefined : told.bytes)
  }

  async #find(
    route: Route,
    {
      isHead,
      accept,
      signal,
    }: { isHead: boolean; accept: string | undefined; signal: AbortSignal },
  ): Promise<Told> {
    const key = keyOf(route)
    const known = isDigest(route.reference) ? this.#cache.get(key) : undefined
    if (known) return toTold(known)
    const headers: Record<string, string> = accept === undefined ? {} : { accept }
    const question = { route, headers, signal }
    if (!isHead) return toTold(await this.#read(question))
    // Only a tag's answer counts as a pull where pulls are counted, so nothing is read that need not be.
    const head = await this.#source.first(
      { ...question, method: 'HEAD' as const },
      (answer, endpoint) => Promise.resolve(toHead(answer, endpoint)),
    )
    return head ?? toTold(await this.#read(question))
  }

  async #read(question: { route: Route; headers: Record<string, string>; signal: AbortSignal }) {
    const { route } = question
    const manifest = await this.#source.first(question, (answer, endpoint) =>
      readManifest(answer, endpoint, route),
    )
    this.#cache.set(keyOf({ ...route, reference: manifest.digest }), manifest)
    this.#onManifest?.(manifest.bytes)
    return manifest
  }
}

function keyOf({ registry, repository, reference }: Route): string {
  return `${registry}/${repository}@${reference}`
}

function toTold({ digest, mediaType, bytes, endpoint }: Manifest): Told {
  return { digest, mediaType, length: bytes.length, bytes, endpoint }
}

function toHead(answer: Exchange, endpoint: Endpoint): Told | undefined {
  const head = headOf(answer)
  answer.discard()
  return head && { ...head, endpoint }
}
