import { once } from 'node:events'
import { createServer } from 'node:net'
import { findHolder } from './holder/find-holder.ts'
import type { HostPorts, Place } from './host-ports.ts'
import { relayTcp } from './tcp-relay.ts'
import { bindUdp, relayUdp } from './udp-relay.ts'

/** The ports of the computer that we run on. */
export function createLocalPorts(platform: NodeJS.Platform = process.platform): HostPorts {
  return {
    platform,
    async probe(place) {
      try {
        await bindOnce(place)
        return undefined
      } catch (error) {
        return toCode(error)
      }
    },
    relay: (options) => (options.place.protocol === 'udp' ? relayUdp(options) : relayTcp(options)),
    findHolder: (place) => findHolder(place, platform),
    isAlive(pid) {
      try {
        return process.kill(pid, 0)
      } catch (error) {
        return toCode(error) === 'EPERM'
      }
    },
    findFree: (place) => bindOnce({ ...place, port: 0 }),
  }
}

/** Listens for a moment; resolves with the port. */
async function bindOnce({ protocol, address, port }: Place): Promise<number> {
  if (protocol === 'udp') {
    const socket = await bindUdp(address, port)
    const found = socket.address().port
    const closed = once(socket, 'close')
    socket.close()
    await closed
    return found
  }
  const server = createServer()
  server.listen({ host: address, port, exclusive: true, ipv6Only: true })
  await once(server, 'listening')
  const bound = server.address()
  server.close()
  await once(server, 'close')
  return typeof bound === 'object' && bound !== null ? bound.port : port
}

export function toCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
