import { isIP, SocketAddress } from 'node:net'

/** An address in the one form that all ways to write it share: `::0` is `::`, `::ffff:127.0.0.1` is `127.0.0.1`. */
export function toHostAddress(written: string): string {
  const bare = written.replace(/^\[(.*)\]$/, '$1')
  if (isIP(bare) !== 6) return bare
  const { address } = new SocketAddress({ address: bare, family: 'ipv6' })
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address) ?? []
  if (mapped !== undefined) return mapped
  // One of a network card is nothing without the card's name.
  return bare.includes('%') && !/^::1?$/.test(address) ? bare : address
}

/** What a label may say: an address, or none, which is every address. */
export function isHostAddress(written: string): boolean {
  return written === '' || isIP(written.replace(/^\[(.*)\]$/, '$1')) !== 0
}
