import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { RelayOptions } from './host-ports.ts'

/** Listens on this computer and carries each connection on. The two directions end independently. */
export async function relayTcp({
  place,
  isForComputer,
  target,
}: RelayOptions): Promise<AsyncDisposable> {
  const open = new Set<Socket>()
  const over = new AbortController()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    if (isForComputer && !isLoopback(socket.remoteAddress)) {
      socket.destroy()
      return
    }
    open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => open.delete(socket))
    void carry(socket, target, over.signal)
  })
  server.listen({ host: place.address, port: place.port, exclusive: true, ipv6Only: true })
  await once(server, 'listening')
  server.on('error', () => undefined)
  return {
    async [Symbol.asyncDispose]() {
      over.abort()
      for (const socket of open) socket.destroy()
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}

export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false
  return address === '::1' || /^(::ffff:)?127\./.test(address)
}

async function carry(
  socket: Socket,
  target: RelayOptions['target'],
  over: AbortSignal,
): Promise<void> {
  const gone = new AbortController()
  const onClose = () => gone.abort()
  socket.once('close', onClose)
  try {
    const stream =
      'port' in target
        ? connect({ host: '127.0.0.1', port: target.port, noDelay: true, allowHalfOpen: true })
        : await target.open(AbortSignal.any([over, gone.signal]))
    socket.off('close', onClose)
    join(socket, stream)
  } catch {
    socket.destroy()
  }
}

/** Each side's end becomes the other's end of input only; a side that breaks or closes takes the other with it. */
function join(socket: Socket, stream: Duplex): void {
  stream.on('error', () => socket.destroy())
  stream.on('close', () => {
    // What was sent before it closed may still wait for a slow reader.
    if (!stream.readableEnded) socket.destroy()
    else if (socket.writableFinished) socket.destroy()
    else socket.end(() => socket.destroy())
  })
  socket.on('close', () => stream.destroy())
  if (socket.destroyed) {
    stream.destroy()
    return
  }
  socket.pipe(stream)
  stream.pipe(socket)
}
