import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { RelayOptions } from './host-ports.ts'
import { isLoopback } from './tcp-relay.ts'

/** As long as QEMU keeps its own end of a conversation. */
const idleMs = 240_000
/** One is a socket of this process. */
const mostPeers = 512

interface Peer {
  socket: Socket
  usedAt: number
}

/** Carries datagrams to the same computer's 127.0.0.1 and their answers back, one socket for each who asks. */
export async function relayUdp({
  place,
  isForComputer,
  target,
}: RelayOptions): Promise<AsyncDisposable> {
  if (!('port' in target)) throw new Error('datagrams go to a port of this computer only')
  const peers = new Map<string, Peer>()
  const front = await bindUdp(place.address, place.port)
  const drop = (key: string) => {
    peers.get(key)?.socket.close()
    peers.delete(key)
  }
  front.on('message', (message, from) => {
    if (isForComputer && !isLoopback(from.address)) return
    const key = `${from.address} ${from.port}`
    const peer = peers.get(key) ?? openPeer(front, from, () => drop(key))
    // The one used longest ago stands first.
    peers.delete(key)
    peers.set(key, peer)
    peer.usedAt = Date.now()
    peer.socket.send(message, target.port, '127.0.0.1', () => undefined)
    const [oldest] = peers.keys()
    if (peers.size > mostPeers && oldest !== undefined) drop(oldest)
  })
  front.on('error', () => undefined)
  const timer = setInterval(() => {
    for (const [key, { usedAt }] of peers) if (Date.now() - usedAt > idleMs) drop(key)
  }, idleMs / 4).unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      for (const key of [...peers.keys()]) drop(key)
      const closed = once(front, 'close')
      front.close()
      await closed
    },
  }
}

/** A socket that is bound, of the address's own family only. @throws the system's error */
export async function bindUdp(address: string, port: number): Promise<Socket> {
  const isV6 = address.includes(':')
  const socket = createSocket(isV6 ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' })
  try {
    socket.bind({ address, port, exclusive: true })
    await once(socket, 'listening')
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}

function openPeer(front: Socket, from: RemoteInfo, onError: () => void): Peer {
  const socket = createSocket('udp4')
  const peer: Peer = { socket, usedAt: Date.now() }
  socket.on('error', onError)
  socket.on('message', (answer) => {
    peer.usedAt = Date.now()
    front.send(answer, from.port, from.address, () => undefined)
  })
  return peer
}
