import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Certificate } from './certificate.ts'

/** A server of HTTP or HTTPS that can be as rude as a host that dies. */
export interface LoopbackServer extends AsyncDisposable {
  /** Without a path or a slash at its end. */
  readonly url: string
  readonly port: number
  /** Closes the port and all connections: who comes now is refused. */
  close(): Promise<void>
  /** Listens on the same port again. */
  open(): Promise<void>
  /** Ends the connection that a request came by with a reset, once the client's computer has what was written. */
  reset(request: IncomingMessage): Promise<void>
}

interface LoopbackOptions {
  /** For TLS. */
  certificate?: Certificate | undefined
  host?: string
}

/** Starts one on a free port. */
export async function startLoopbackServer(
  answer: RequestListener,
  { certificate, host = '127.0.0.1' }: LoopbackOptions = {},
): Promise<LoopbackServer> {
  const server = certificate
    ? createTlsServer({ cert: certificate.certificate, key: certificate.privateKey }, answer)
    : createServer(answer)
  // Only the socket below TLS can be reset; the client's port tells which one that is.
  const sockets = new Map<number, Socket>()
  server.on('connection', (socket: Socket) => {
    const { remotePort = 0 } = socket
    sockets.set(remotePort, socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(remotePort))
  })
  server.on('tlsClientError', () => undefined)
  const listen = async (port: number) => {
    server.listen({ port, host })
    await once(server, 'listening')
  }
  await listen(0)
  const address = server.address() as AddressInfo
  const close = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    // Those that are still shaking hands are not among the server's own connections.
    for (const socket of sockets.values()) socket.destroy()
    server.closeAllConnections()
    await closed
  }
  return {
    url: `${certificate ? 'https' : 'http'}://${host}:${address.port}`,
    port: address.port,
    close,
    async open() {
      if (!server.listening) await listen(address.port)
    },
    async reset(request) {
      const socket = sockets.get(request.socket.remotePort ?? 0)
      while (socket && !socket.destroyed && (await untakenBytes(socket)) > 0) await delay(askMs)
      socket?.resetAndDestroy()
    },
    [Symbol.asyncDispose]: close,
  }
}

const askMs = 2

/**
 * What a reset would take with it, though it was written. Linux tells nobody when there is no more of it, so it is asked:
 * the queue of each connection stands in proc_net_tcp, in hex. None elsewhere.
 */
async function untakenBytes({ localPort = 0, remotePort = 0 }: Socket): Promise<number> {
  const table = await readFile('/proc/net/tcp', 'utf8').catch(() => '')
  const [local, remote] = [localPort, remotePort].map((port) =>
    port.toString(16).toUpperCase().padStart(4, '0'),
  )
  const row = new RegExp(`:${local} [0-9A-F]{8}:${remote} [0-9A-F]{2} ([0-9A-F]{8}):`).exec(table)
  return parseInt(row?.[1] ?? '0', 16)
}
