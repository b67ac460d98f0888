import type { MirrorTest } from '#api'
import type { RegistryClient } from '../registry/client.ts'
import type { Deadlines } from '../registry/exchange.ts'
import { RegistryFailure, toFailure } from '../registry/failure.ts'
import type { Endpoint } from './endpoint.ts'
import { toAskError } from './fault-error.ts'
import { readManifest } from './manifest.ts'
import { isDigest, type Route } from './route.ts'

/** Whoever tests wants to know how it is, and not only whether it is quick. */
const deadlines: Deadlines = { connectMs: 5000, firstByteMs: 10_000, stallMs: 5000 }
const longestMs = 30_000
/** Of the largest layer: as much as comes in this time, up to that. */
const measuredBytes = 1024 * 1024
const measuredMs = 2000

/** What every engine asks for. */
const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

/** An image by which an endpoint is tested. */
export type ProbeImage = Pick<Route, 'registry' | 'repository' | 'reference'>

export interface ProbeParts {
  client: RegistryClient
  /** The registry itself, which knows what a tag means; absent when it is what is tested. */
  original?: Endpoint | undefined
  /** Absent where nobody knows an image of this registry: then only the door is tried. */
  image?: ProbeImage | undefined
  /** Runs what measures the line once it has the line to itself. */
  alone<T>(work: () => Promise<T>): Promise<T>
  signal: AbortSignal
}

type Steps = Pick<MirrorTest, 'pingMs' | 'manifestMs' | 'bytesPerSecond' | 'lags'>

/** Tries an endpoint by what an engine does: the API's root, a manifest, a part of a layer. Never throws but for `signal`. */
export async function probe(
  endpoint: Endpoint,
  registry: string,
  parts: ProbeParts,
): Promise<MirrorTest & { failure?: RegistryFailure }> {
  const steps: Steps = {}
  const { url } = endpoint
  const image = parts.image && nameOf(parts.image)
  const test = { url, registry, at: Date.now(), ...(image !== undefined && { image }) }
  try {
    await run(endpoint, parts, steps)
    return { ...test, ...steps }
  } catch (error) {
    parts.signal.throwIfAborted()
    const failure = toFailure(error)
    const told = toAskError(failure, endpoint.url, [failure.message])
    return { ...test, ...steps, error: told.toShape(), failure }
  }
}

function nameOf({ repository, reference }: ProbeImage): string {
  return `${repository}${isDigest(reference) ? '@' : ':'}${reference}`
}

/** Answers are awaited beside those of others, which costs the line nothing; bytes are counted alone. */
async function run(endpoint: Endpoint, parts: ProbeParts, steps: Steps): Promise<void> {
  const { client, image, signal } = parts
  const layer = await within(signal, (limited) =>
    look(endpoint, { ...parts, signal: limited }, steps),
  )
  if (!image || layer === undefined) return
  steps.bytesPerSecond = await parts.alone(() =>
    within(signal, async (limited) =>
      measure(await createAsk(client, image, limited).part(endpoint, layer)),
    ),
  )
}

async function within<T>(
  signal: AbortSignal,
  work: (limited: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = AbortSignal.timeout(longestMs)
  try {
    return await work(AbortSignal.any([signal, deadline]))
  } catch (error) {
    if (deadline.aborted) throw new RegistryFailure('slow', 'the test took too long')
    throw error
  }
}

/** The largest layer's digest, when there is an image to look at. */
async function look(
  endpoint: Endpoint,
  { client, image, original, signal }: ProbeParts,
  steps: Steps,
): Promise<string | undefined> {
  const began = performance.now()
  await knock(client, endpoint, signal)
  steps.pingMs = Math.round(performance.now() - began)
  if (!image) return undefined
  const ask = createAsk(client, image, signal)
  const asked = performance.now()
  const tag = await ask.manifest(endpoint, image.reference)
  steps.manifestMs = Math.round(performance.now() - asked)
  const layer = await findLayer(tag.bytes, (digest) => ask.manifest(endpoint, digest))
  if (!original || isDigest(image.reference)) return layer
  // The registry itself may be out of reach: that is what mirrors are for.
  const own = await ask.manifest(original, image.reference).catch(() => undefined)
  signal.throwIfAborted()
  if (own) steps.lags = own.digest !== tag.digest
  return layer
}

/** A registry that lets nobody in without a token does answer. */
async function knock(
  client: RegistryClient,
  { base }: Endpoint,
  signal: AbortSignal,
): Promise<void> {
  try {
    const answer = await client.open({ base, path: '/', deadlines, signal })
    answer.discard()
  } catch (error) {
    const failure = toFailure(error)
    if (failure.fault !== 'denied' && failure.fault !== 'absent') throw failure
  }
}

function createAsk(client: RegistryClient, image: ProbeImage, signal: AbortSignal) {
  const { registry, repository } = image
  const open = ({ base }: Endpoint, path: string, headers: Record<string, string>) =>
    client.open({ base, path: `/${repository}/${path}`, repository, headers, deadlines, signal })
  return {
    async manifest(endpoint: Endpoint, reference: string) {
      const answer = await open(endpoint, `manifests/${reference}`, { accept: manifestTypes })
      return readManifest(answer, endpoint, { registry, repository, kind: 'manifests', reference })
    },
    part: (endpoint: Endpoint, digest: string) =>
      open(endpoint, `blobs/${digest}`, { range: `bytes=0-${measuredBytes - 1}` }),
  }
}

interface Described {
  digest: string
  size: number
}

/** The largest layer of a manifest, or of the first image of an index. */
async function findLayer(
  bytes: Buffer,
  read: (digest: string) => Promise<{ bytes: Buffer }>,
): Promise<string | undefined> {
  const parsed = JSON.parse(bytes.toString('utf8')) as {
    manifests?: Described[]
    layers?: Described[]
  }
  const [first] = parsed.manifests ?? []
  if (first) return findLayer((await read(first.digest)).bytes, read)
  const layers = parsed.layers ?? []
  return layers.toSorted((a, b) => b.size - a.size)[0]?.digest
}

/** Whoever does not know parts of a blob begins to give the whole: no more of it is read than was asked for. */
async function measure(answer: Awaited<ReturnType<RegistryClient['open']>>): Promise<number> {
  const began = performance.now()
  let length = 0
  for await (const piece of answer.body) {
    length += piece.length
    if (length >= measuredBytes || performance.now() - began >= measuredMs) break
  }
  return Math.round(length / Math.max(0.001, (performance.now() - began) / 1000))
}
