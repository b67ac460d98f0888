import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import type { PullAddress } from '../../main/mirrors/pull-address.ts'
import { readPullAddress, secretHeader } from '../../main/mirrors/pull-address.ts'

export interface SmallRegistryOptions {
  /** Rests in the middle of each blob: its bytes come slowly. */
  pauseMs?: number
  /** What its layers are made of: another text, other images. */
  text?: string
  layerBytes?: number
}

interface SeenByRegistry {
  path: string
  at: number
  /** Once all of the answer was sent. */
  sentAt?: number
}

/** A place on the loopback that has every image, all of one layer. */
export interface SmallRegistry extends AsyncDisposable {
  url: string
  /** Those that are open. */
  connections(): Promise<number>
  /** What it answers with instead of images. */
  status?: number
  /** In the order of their coming; with when they came and were answered, by `performance.now()`. */
  readonly requests: readonly SeenByRegistry[]
}

export async function openSmallRegistry(
  options: SmallRegistryOptions = {},
): Promise<SmallRegistry> {
  const { pauseMs = 0, text = 'a', layerBytes = 300_000 } = options
  const layer = Buffer.alloc(layerBytes, text)
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', text }))
  const manifest = Buffer.from(JSON.stringify(toManifest(config, layer)))
  const blobs = new Map([config, layer].map((blob) => [toDigest(blob), blob]))
  const requests: SeenByRegistry[] = []
  const registry: Pick<SmallRegistry, 'status' | 'requests'> = { requests }
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const seen: SeenByRegistry = { path, at: performance.now() }
    requests.push(seen)
    response.on('finish', () => (seen.sentAt = performance.now()))
    const blob = blobs.get(/\/blobs\/(.+)$/.exec(path)?.[1] ?? '')
    if (registry.status !== undefined) response.writeHead(registry.status).end()
    else if (path.includes('/manifests/')) sendManifest(response, manifest)
    else if (blob) sendBlob(response, { blob, range: request.headers.range, pauseMs })
    else response.writeHead(path === '/v2/' ? 200 : 404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(registry, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: promisify(server.getConnections.bind(server)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}

/** Pulls an image as an engine does, by way of the app that keeps its address in `addressFile`. */
export async function pullBy(addressFile: string, registry: string, name: string): Promise<number> {
  const address = await readPullAddress(addressFile)
  const [repository = '', tag = 'latest'] = name.split(':')
  const answer = await ask(address, `${repository}/manifests/${tag}`, registry)
  if (!answer.ok) return answer.status
  const { layers } = (await answer.json()) as ReturnType<typeof toManifest>
  for (const { digest } of layers)
    await (await ask(address, `${repository}/blobs/${digest}`, registry)).arrayBuffer()
  return answer.status
}

function ask({ port, secret }: PullAddress, path: string, registry: string): Promise<Response> {
  const headers = { [secretHeader]: secret, accept: manifestType }
  return fetch(`http://127.0.0.1:${port}/v2/${path}?ns=${registry}`, { headers })
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json'

function toManifest(config: Buffer, layer: Buffer) {
  const describe = (kind: string, blob: Buffer) => ({
    mediaType: `application/vnd.oci.image.${kind}`,
    digest: toDigest(blob),
    size: blob.length,
  })
  return {
    schemaVersion: 2,
    mediaType: manifestType,
    config: describe('config.v1+json', config),
    layers: [describe('layer.v1.tar', layer)],
  }
}

function toDigest(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

function sendManifest(response: ServerResponse, manifest: Buffer): void {
  response
    .writeHead(200, {
      'content-type': manifestType,
      'content-length': manifest.length,
      'docker-content-digest': toDigest(manifest),
    })
    .end(manifest)
}

function sendBlob(
  response: ServerResponse,
  { blob, range, pauseMs }: { blob: Buffer; range: string | undefined; pauseMs: number },
): void {
  const [, from = '0', to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? []
  const end = Math.min(blob.length - 1, to ? Number(to) : Infinity)
  const part = blob.subarray(Number(from), end + 1)
  response.writeHead(range === undefined ? 200 : 206, {
    'content-length': part.length,
    ...(range !== undefined && { 'content-range': `bytes ${from}-${end}/${blob.length}` }),
  })
  const half = Math.floor(part.length / 2)
  response.write(part.subarray(0, half))
  setTimeout(() => response.end(part.subarray(half)), pauseMs)
}
