import type { Socket } from 'node:net'
import { ProxyError } from './proxy-error.ts'
import { bareHost, type ProxyServer, toShown } from './proxy-server.ts'
import type { Target } from './tunnel.ts'

const noLogin = 0
const byPassword = 2

/**
 * Has a SOCKS proxy connect to `target`, whose name it looks up itself: RFC 1928, and 1929 for a login.
 * @throws {ProxyError}
 */
export async function askSocks(socket: Socket, target: Target, proxy: ProxyServer): Promise<void> {
  const { login } = proxy
  socket.write(login ? Buffer.of(5, 2, noLogin, byPassword) : Buffer.of(5, 1, noLogin))
  const [version, method] = await readExactly(socket, 2)
  if (version !== 5) throw new ProxyError('refused', `${toShown(proxy)} is no SOCKS 5`)
  if (method === byPassword && login) {
    const [user, password] = [Buffer.from(login.username), Buffer.from(login.password)]
    socket.write(
      Buffer.concat([Buffer.of(1, user.length), user, Buffer.of(password.length), password]),
    )
    const [, failed] = await readExactly(socket, 2)
    if (failed !== 0) throw new ProxyError('denied', `${toShown(proxy)} refuses the login`)
  } else if (method !== noLogin) {
    throw new ProxyError('denied', `${toShown(proxy)} wants a login`)
  }
  await connectTo(socket, target, proxy)
}

async function connectTo(socket: Socket, target: Target, proxy: ProxyServer): Promise<void> {
  const name = Buffer.from(bareHost(target.hostname))
  const port = Buffer.of(target.port >> 8, target.port & 255)
  socket.write(Buffer.concat([Buffer.of(5, 1, 0, 3, name.length), name, port]))
  const [, failure, , kind] = await readExactly(socket, 4)
  if (failure !== 0) throw new ProxyError('refused', `${toShown(proxy)} answers with ${failure}`)
  // Where it connects from, which nobody wants to know.
  const length = kind === 1 ? 4 : kind === 4 ? 16 : ((await readExactly(socket, 1))[0] ?? 0)
  await readExactly(socket, length + 2)
}

/** @throws when the connection ends before */
async function readExactly(socket: Socket, length: number): Promise<Buffer> {
  for (;;) {
    const bytes = socket.read(length) as Buffer | null
    if (bytes) return bytes
    if (socket.readableEnded || socket.destroyed) throw new Error('it ended the connection')
    await new Promise<void>((resolve) => {
      const done = () => {
        for (const event of ['readable', 'end', 'close', 'error']) socket.off(event, done)
        resolve()
      }
      for (const event of ['readable', 'end', 'close', 'error']) socket.on(event, done)
    })
  }
}
