import { AppError, type Settings } from '#api'
import type { Machine } from '#vm'
import type { Log } from '../host/log.ts'
import { ForwardProxy } from '../network/forward-proxy.ts'
import type { HostNetwork } from '../network/host-network.ts'
import { createRegistryClient, type RegistryClient } from '../registry/client.ts'
import type { Agents } from '../registry/exchange.ts'
import type { TokenOptions } from '../registry/tokens.ts'
import { GuestHosts } from './guest-hosts.ts'
import { Health } from './health.ts'
import { LayerSizes } from './layer-sizes.ts'
import { Mirrors, type MirrorsParts } from './mirrors.ts'
import { isSecret, readPullAddress, type PullAddress, writePullAddress } from './pull-address.ts'
import { openPullServer } from './pull-server.ts'
import { createPullsKnown, type PullsKnown } from './pulls-known.ts'
import { PullSource } from './pull-source.ts'
import { toFailureReason } from './refuse.ts'
import { ServedHistory } from './served.ts'

export interface PullPathOptions {
  settings: MirrorsParts['settings'] & { readonly current: Settings }
  /** Keeps where we answered; see pull-address.ts. */
  addressFile: string
  network: Pick<HostNetwork, 'agents' | 'ways' | 'onChange'>
  log: Log
  /** Who we are at registries. */
  credentialsFor: TokenOptions['credentialsFor']
}

/** The one path of every pull: `mirrors` is what its user sees of it. */
export interface PullPath extends AsyncDisposable {
  mirrors: Mirrors
  /** Trusts no connection that rested while this computer slept. */
  look(): void
  /** What is known of what goes by it. */
  known: PullsKnown
  /** By which everything of registries is asked. */
  client: RegistryClient
  agents: Agents
  /** Where we answer the engine; undefined while nothing does. */
  address: () => PullAddress | undefined
  /** Has the engine of this machine pull by it. */
  follow(machine: Pick<Machine, 'snapshot' | 'onChange' | 'exec'>): AsyncDisposable
}

/** Opens the mirror that the engine asks. Without it pulls go on as the engine makes them, and it is told why. */
export async function createPullPath(options: PullPathOptions): Promise<PullPath> {
  const { settings, addressFile, network, log, credentialsFor } = options
  await using stack = new AsyncDisposableStack()
  const { agents, ways } = network
  const client = createRegistryClient({ agents, credentialsFor })
  const [health, served, sizes] = [new Health(), new ServedHistory(), new LayerSizes()]
  const mirrors = stack.use(new Mirrors({ client, health, served, settings }))
  const source = new PullSource({
    ...{ client, health },
    endpointsOf: (registry) => mirrors.endpointsOf(registry),
    onHealth: () => mirrors.refresh(),
  })
  stack.defer(network.onChange(() => mirrors.forgetWay()))
  const wanted = await readPullAddress(addressFile)
  let address: PullAddress | undefined
  try {
    const onServed = () => mirrors.refresh()
    const onManifest = (bytes: Buffer) => sizes.learn(bytes)
    const mayAsk = (given: string | undefined) =>
      address !== undefined && isSecret(given, address.secret)
    const forward = new ForwardProxy({ agents, ways, isSecret: mayAsk, toReason: toFailureReason })
    const parts = { source, served, wanted, log, onServed, onManifest, forward }
    const server = stack.use(await openPullServer(parts))
    address = server.address
  } catch (error) {
    log.failure('mirrors.not-open', error)
    mirrors.setError(new AppError('mirrors-off').toShape())
  }
  // Without it all works as well; only BuildKit has to be told anew.
  if (address && address.port !== wanted.port)
    await writePullAddress(addressFile, address).catch((error: unknown) =>
      log.failure('mirrors.not-kept', error),
    )
  const closing = stack.move()
  const onTold = (known: boolean) =>
    mirrors.setError(known ? undefined : new AppError('mirrors-not-told').toShape())
  return {
    ...{ mirrors, client, agents },
    look: () => agents.closeIdle(),
    known: createPullsKnown(served, sizes),
    address: () => address,
    follow: (machine) => new GuestHosts({ machine, address: () => address, log, onTold }),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}
