import type { Ways } from '../../main/network/ways.ts'
import { createAgents } from '../../main/registry/agents.ts'
import { createRegistryClient } from '../../main/registry/client.ts'
import type { Credentials } from '../../main/registry/tokens.ts'
import type { Endpoint } from '../../main/mirrors/endpoint.ts'
import { type EndpointHealth, Health } from '../../main/mirrors/health.ts'
import { LayerSizes } from '../../main/mirrors/layer-sizes.ts'
import { secretHeader } from '../../main/mirrors/pull-address.ts'
import { openPullServer } from '../../main/mirrors/pull-server.ts'
import { PullSource } from '../../main/mirrors/pull-source.ts'
import { ServedHistory } from '../../main/mirrors/served.ts'
import {
  ask,
  type Answer,
  type Question,
  type RegistryTarget,
} from './registry-lab/registry-client.ts'

/** The registry whose images are asked for: nobody has to be able to find it. */
export const labRegistry = 'registry.example'

export interface PullLab extends AsyncDisposable {
  readonly port: number
  /** What a question has to show. */
  readonly secret: string
  served: ServedHistory
  healthOf(endpoint: Pick<Endpoint, 'url'>): EndpointHealth
  /** Nobody has failed yet. */
  forgive(): void
  /** Bytes that it gave. */
  totalOf(endpoint: Pick<Endpoint, 'url'>): number
  sizes: LayerSizes
  /** Below `/v2` with the secret, as an engine asks: `/library/app/manifests/1`. */
  ask(path: string, question?: Question): Promise<Answer>
  /** Without anything added. */
  askRaw(path: string, question?: Question): Promise<Answer>
}

export interface PullLabOptions {
  /** In this order; the last is the registry itself. */
  endpoints: readonly RegistryTarget[]
  /** By url. */
  credentials?: Readonly<Record<string, Credentials>>
  now?: () => number
  /** By which proxies the endpoints are reached. */
  ways?: Ways
  /** The product's own deadlines, which a computer that does much else may miss without any fault. */
  isImpatient?: boolean
}

const toLab = ({ url }: Pick<Endpoint, 'url'>) => ({ registry: labRegistry, url })
const bearing = { connectMs: 5000, firstByteMs: 5000, stallMs: 5000 }

/** The real server that an engine pulls from, before endpoints on this computer. */
export async function createPullLab(options: PullLabOptions): Promise<PullLab> {
  await using stack = new AsyncDisposableStack()
  const ca = options.endpoints.flatMap(({ authority }) => authority ?? [])
  const agents = stack.use(createAgents({ ca, ...(options.ways && { ways: options.ways }) }))
  const client = createRegistryClient({
    agents,
    credentialsFor: (base) => options.credentials?.[base.replace(/\/v2$/, '')],
  })
  const endpoints = options.endpoints.map(({ url }, index, all): Endpoint => {
    return { ...toLab({ url }), base: `${url}/v2`, isMirror: index < all.length - 1 }
  })
  const [health, served, sizes] = [new Health(options.now), new ServedHistory(), new LayerSizes()]
  const source = new PullSource({
    ...{ client, health, endpointsOf: () => endpoints },
    ...(options.isImpatient !== true && { impatient: bearing }),
  })
  const wanted = { port: 0, secret: 'a'.repeat(64) }
  const failures: unknown[] = []
  const log = { failure: (_event: string, error: unknown) => failures.push(error) }
  const onManifest = (bytes: Buffer) => sizes.learn(bytes)
  const server = stack.use(await openPullServer({ source, served, wanted, log, onManifest }))
  stack.defer(() => {
    if (failures.length > 0) throw new AggregateError(failures, 'the server failed')
  })
  const target = { url: `http://127.0.0.1:${server.address.port}` }
  const closing = stack.move()
  return {
    ...{ port: server.address.port, secret: wanted.secret, served, sizes },
    healthOf: (endpoint) => health.of(toLab(endpoint)),
    forgive: () => endpoints.forEach((endpoint) => health.forgive(endpoint)),
    totalOf: (endpoint) => served.totalOf(toLab(endpoint)),
    ask: (path, question) =>
      ask(target, `/v2${path}?ns=${labRegistry}`, {
        ...question,
        headers: { ...question?.headers, [secretHeader]: wanted.secret },
      }),
    askRaw: (path, question) => ask(target, path, question),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}
