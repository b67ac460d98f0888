import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import type { GuestSocket } from '#vm'

/** Where a docker client in the guest finds the engine as clients on the host do. */
export const clientSocketPath = '/run/berth/engine.sock'

/**
 * The engine's socket of the host, brought back into the guest. Compose runs there, and through this it passes the same
 * proxy as a client on the host: what a file says of addresses, folders and devices of the host means the host's.
 */
export function createEngineSocket(hostSocket: string): GuestSocket {
  return { path: clientSocketPath, onStream: (stream) => join(stream, hostSocket) }
}

/** Each direction ends on its own, as an attached container's input does long before its output. */
function join(stream: Duplex, hostSocket: string): void {
  const host = connect({ path: hostSocket, allowHalfOpen: true })
  host.on('error', () => stream.destroy())
  stream.on('error', () => host.destroy())
  host.on('close', () => {
    // What was said before it closed may still wait for a slow reader.
    if (host.readableEnded && !stream.writableFinished)
      stream.once('finish', () => stream.destroy())
    else stream.destroy()
  })
  stream.on('close', () => host.destroy())
  stream.pipe(host)
  host.pipe(stream)
}
