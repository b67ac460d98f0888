import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { secretHeader } from '../../main/mirrors/pull-address.ts'
import { labRegistry } from '../support/pull-lab.ts'
import type { PushedImage } from '../support/registry-lab/registry-content.ts'
import { startRegistryFaultProxy } from '../support/registry-lab/registry-fault-proxy.ts'
import type { Outcome } from './outcome.ts'
import { measureFailover } from './pull-failover.ts'
import { serveImages, speedLayers } from './pull-image.ts'
import { startPullServer } from './pull-server.ts'
import { estimate, median, pooledRatio } from './stats.ts'

/** Where an image is asked for, and what is said with each question. */
interface Place {
  url: string
  headers?: Record<string, string>
  /** Behind each path. */
  query?: string
}

/**
 * B13 without a machine: what our code adds. A client asks as an engine does, our server before a real registry of this
 * computer, and that registry itself; then how long our server takes to go on to the next place.
 * @param options.pairs pulls by each way, and of each trouble with and without it, without the discarded first ones
 */
export async function measurePullServer({ pairs }: { pairs: number }): Promise<Outcome> {
  await using stack = new AsyncDisposableStack()
  const { registry, large, small } = stack.use(await serveImages())
  const straight = stack.use(await startPullServer([registry.url]))
  const mirror = stack.use(await startRegistryFaultProxy(registry))
  const failing = stack.use(await startPullServer([mirror.url, registry.url]))
  const times = { ours: [] as number[], theirs: [] as number[] }
  const arms = [
    async () => void times.ours.push(await pull(placeOf(straight.address), large)),
    async () => void times.theirs.push(await pull({ url: registry.url }, large)),
  ]
  for (const arm of arms) await arm()
  for (const all of Object.values(times)) all.length = 0
  for (let index = 0; index < pairs; index += 1)
    for (const arm of index % 2 === 0 ? arms : arms.toReversed()) await arm()
  const failover = await measureFailover({
    ...{ mirror, server: failing, pairs },
    pull: () => pull(placeOf(failing.address), small),
  })
  const pairsOf = times.ours.map((one, index) => ({
    ours: [one],
    theirs: [times.theirs[index] ?? Number.NaN],
  }))
  return {
    id: 'B13host',
    title: `Pulls without an engine: ${speedLayers.length} layers of ${mebibytes(speedLayers[0])} MiB at once`,
    arms: [
      { name: 'by our server', samples: times.ours },
      { name: 'from the registry itself', samples: times.theirs },
      ...failover.arms,
    ],
    comparisons: [
      {
        name: 'by our server ÷ from the registry',
        estimate: estimate(pairsOf, pooledRatio(median)),
      },
      ...failover.comparisons,
    ],
    checks: [],
    notes: [
      `${pairs} pairs, order turned with each; bytes are thrown away as they come, on the same loopback`,
      'nothing is unpacked here, so the ratio says what our code costs, and not what a pull takes longer',
    ],
  }
}

function placeOf({ port, secret }: { port: number; secret: string }): Place {
  return {
    url: `http://127.0.0.1:${port}`,
    headers: { [secretHeader]: secret },
    query: `?ns=${labRegistry}`,
  }
}

function mebibytes(bytes = 0): number {
  return bytes / 1024 ** 2
}

/** What an engine asks for, in its order: the tag, the manifest, then configuration and layers at once. In ms. */
async function pull(place: Place, image: PushedImage): Promise<number> {
  const { repository, tag, digest, mediaType, config, layers } = image
  const agent = new Agent({ keepAlive: true })
  const began = performance.now()
  const ask = async (path: string, size: number, method = 'GET') => {
    const got = await take(place, `/v2/${repository}/${path}`, { method, agent, mediaType })
    if (got !== size) throw new Error(`${path}: ${got} bytes came of ${size}`)
  }
  try {
    await ask(`manifests/${tag}`, 0, 'HEAD')
    await ask(`manifests/${digest}`, image.size)
    await Promise.all([config, ...layers].map((one) => ask(`blobs/${one.digest}`, one.size)))
    return performance.now() - began
  } finally {
    agent.destroy()
  }
}

/** How many bytes came. */
async function take(
  { url, headers, query = '' }: Place,
  path: string,
  options: { method: string; agent: Agent; mediaType: string },
): Promise<number> {
  const { method, agent, mediaType } = options
  const asked = request(`${url}${path}${query}`, {
    ...{ method, agent, headers: { ...headers, accept: mediaType } },
  })
  asked.end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  if (answer.statusCode !== 200) throw new Error(`${path}: status ${answer.statusCode ?? '?'}`)
  let length = 0
  for await (const piece of answer as AsyncIterable<Buffer>) length += piece.length
  return length
}
