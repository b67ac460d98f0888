import { BlockList, isIPv6 } from 'node:net'

/** A network such as 10.0.0.0/8, as far as its words are right. */
export interface Network {
  address: string
  bits: number
}

export function parseNetwork(value: unknown): Network | undefined {
  const [, address, bits] = /^([^/]+)\/(\d+)$/.exec(String(value)) ?? []
  return address === undefined ? undefined : { address, bits: Number(bits) }
}

/** Whether an address, or the whole of a network, lies in another network. */
export function isInside(inner: Network | string, outer: Network): boolean {
  const { address, bits } = typeof inner === 'string' ? { address: inner, bits: 128 } : inner
  if (isIPv6(address) !== isIPv6(outer.address) || bits < outer.bits) return false
  const family = isIPv6(outer.address) ? 'ipv6' : 'ipv4'
  const list = new BlockList()
  list.addSubnet(outer.address, outer.bits, family)
  return list.check(address, family)
}

export function overlap(one: Network, other: Network): boolean {
  return isInside(one, other) || isInside(other, one)
}
