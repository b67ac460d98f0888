import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import ssh2, { type Connection, type ServerChannel } from 'ssh2'
import { z } from 'zod'
import { makePrivateKey } from '../../vm/ssh/keys.ts'

export interface SshServer extends AsyncDisposable {
  port: number
  hostKey: Buffer
  hostPrivateKey: string
  privateKey: string
  /** How often somebody tried to log in, with whatever key. */
  attempts: number
  /** Command lines of exec requests without a terminal. */
  commands: string[]
  /** Paths that clients listen on here. */
  listening: string[]
  /** Connects to such a path, as a program in the guest would. */
  dial(path: string): Promise<Duplex>
  /** Breaks every connection there is. */
  cut(): void
}

/** A real ssh server on the loopback which lets one key in and reaches unix sockets, as the guest's does. */
export async function startSshServer(port = 0): Promise<SshServer> {
  const host = makePrivateKey('test')
  const user = makePrivateKey('test')
  const allowed = publicBlob(user)
  const connections = new Set<Connection>()
  const sockets = new Set<Socket>()
  const state = { attempts: 0, commands: [] as string[], listening: [] as string[] }
  const server = new ssh2.Server({ hostKeys: [host], ident: 'OpenSSH_10.0' }, (client) => {
    connections.add(client)
    client.on('error', () => undefined)
    client.on('close', () => connections.delete(client))
    client.on('authentication', (login) => {
      state.attempts++
      if (login.method === 'publickey' && login.key.data.equals(allowed)) login.accept()
      else login.reject(['publickey'])
    })
    client.on('request', (accept, reject, _name, info) => {
      const asked = z.object({ socketPath: z.string() }).safeParse(info)
      if (asked.success) {
        state.listening.push(asked.data.socketPath)
        accept?.()
      } else reject?.()
    })
    client.on('session', (accept) => {
      serveSession(accept(), state.commands)
    })
    client.on('openssh.streamlocal', (accept, reject, { socketPath }) => {
      const socket = connect({ path: socketPath, allowHalfOpen: true })
      sockets.add(socket)
      socket.on('error', () => reject())
      socket.on('connect', () => {
        joinRaw(socket, accept())
      })
    })
  })
  const listening = Promise.withResolvers<undefined>()
  server.listen(port, '127.0.0.1', () => {
    listening.resolve(undefined)
  })
  await listening.promise
  const cut = () => {
    for (const connection of connections) connection.end()
    for (const socket of sockets) socket.destroy()
  }
  const address: unknown = server.address()
  return Object.assign(state, {
    port: z.object({ port: z.int() }).parse(address).port,
    hostKey: publicBlob(host),
    hostPrivateKey: host,
    privateKey: user,
    cut,
    dial: (path: string) => dialBack([...connections].at(-1), path),
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<undefined>()
      server.close(() => {
        closed.resolve(undefined)
      })
      cut()
      await closed.promise
    },
  })
}

function dialBack(connection: Connection | undefined, path: string): Promise<Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>()
  if (!connection) throw new Error('nobody is connected')
  connection.openssh_forwardOutStreamLocal(path, (error, channel) => {
    if (error) reject(error)
    else resolve(channel)
  })
  return promise
}

function joinRaw(socket: Socket, channel: ServerChannel): void {
  channel.on('error', () => undefined)
  channel.on('close', () => socket.destroy())
  socket.removeAllListeners('error')
  socket.on('error', () => channel.close())
  let closed = false
  channel.on('close', () => (closed = true))
  // Like sshd: the channel is closed once both directions have ended, not before.
  socket.on('data', (chunk: Buffer) => {
    if (!closed && !channel.write(chunk)) socket.pause()
  })
  channel.on('drain', () => socket.resume())
  let ended = 0
  const bothEnded = () => {
    if (++ended === 2) channel.close()
  }
  socket.on('end', () => {
    channel.eof()
    bothEnded()
  })
  channel.on('end', bothEnded)
  channel.pipe(socket)
}

function serveSession(session: ssh2.Session, commands: string[]): void {
  let terminal = false
  session.on('pty', (accept) => {
    terminal = true
    accept()
  })
  session.on('exec', (accept, _reject, { command }) => {
    const channel = accept()
    if (terminal) return
    commands.push(command)
    if (command === `exec 'at-once'`) {
      channel.write('hi')
      channel.exit(0)
      channel.end()
      return
    }
    // A connection that was cut leaves them ended.
    channel.on('error', () => undefined)
    channel.stderr.on('error', () => undefined)
    channel.on('data', (chunk: Buffer) => channel.write(chunk))
    channel.on('end', () => {
      channel.stderr.write('to stderr')
      channel.exit(7)
      channel.end()
    })
  })
}

function publicBlob(privateKey: string): Buffer {
  const parsed = ssh2.utils.parseKey(privateKey)
  if (parsed instanceof Error) throw parsed
  return parsed.getPublicSSH()
}
