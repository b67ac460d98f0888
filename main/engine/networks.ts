import type { Network, NetworksApi } from '#api'
import { toTime } from './answers.ts'
import type { EngineChanges } from './changes.ts'
import type { EngineClient } from './client.ts'
import { LiveList } from './live-list.ts'

interface ListedNetwork {
  Id: string
  Name: string
  Driver: string
  Internal: boolean
  Created: string
  IPAM?: { Config?: { Subnet?: string }[] | null } | null
}

export class Networks implements NetworksApi {
  readonly #list: LiveList<Network[]>

  constructor(client: EngineClient, changes: EngineChanges) {
    this.#list = new LiveList({
      changes,
      kind: 'network',
      // Containers come and go in a network with each of their starts and ends.
      matters: ({ action }) => action !== 'connect' && action !== 'disconnect',
      fetch: () => fetchNetworks(client),
    })
  }

  watch(): AsyncIterable<Network[]> {
    return this.#list.watch()
  }
}

async function fetchNetworks(client: EngineClient): Promise<Network[]> {
  return client.json({ path: '/networks' }, (list: ListedNetwork[]) => list.map(toNetwork))
}

function toNetwork(network: ListedNetwork): Network {
  return {
    id: network.Id,
    name: network.Name,
    driver: network.Driver,
    subnets: (network.IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []),
    internal: network.Internal,
    createdAt: toTime(network.Created) ?? 0,
  }
}
