export interface Network {
  id: string
  name: string
  driver: string
  /** CIDR, one for each address family that has one. */
  subnets: string[]
  internal: boolean
  /** Milliseconds since the epoch. */
  createdAt: number
}

export interface NetworksApi {
  watch(): AsyncIterable<Network[]>
}
