import { isIPv4, isIPv6, type Socket } from 'node:net'
import { ProxyError } from './proxy-error.ts'
import { bareHost, type ProxyServer, toShown } from './proxy-server.ts'
import type { Target } from './tunnel.ts'

const noLogin = 0
const byPassword = 2
/** What one byte can count. */
const longest = 255

/**
 * Has a SOCKS proxy connect to `target`, whose name it looks up itself: RFC 1928, and 1929 for a login.
 * @throws {ProxyError}
 */
export async function askSocks(socket: Socket, target: Target, proxy: ProxyServer): Promise<void> {
  const { login } = proxy
  const [user, password] = [Buffer.from(login?.username ?? ''), Buffer.from(login?.password ?? '')]
  if (user.length > longest || password.length > longest)
    throw new ProxyError('denied', `the login is too long for ${toShown(proxy)}`, {
      proxy: toShown(proxy),
    })
  const address = toAddress(bareHost(target.hostname))
  if (!address)
    throw new ProxyError('refused', `the name is too long for ${toShown(proxy)}`, {
      proxy: toShown(proxy),
    })
  socket.write(login ? Buffer.of(5, 2, noLogin, byPassword) : Buffer.of(5, 1, noLogin))
  const [version, method] = await readExactly(socket, 2)
  if (version !== 5)
    throw new ProxyError('unusable', `${toShown(proxy)} is no SOCKS 5`, { proxy: toShown(proxy) })
  if (method === byPassword && login) {
    socket.write(
      Buffer.concat([Buffer.of(1, user.length), user, Buffer.of(password.length), password]),
    )
    const [, failed] = await readExactly(socket, 2)
    if (failed !== 0)
      throw new ProxyError('denied', `${toShown(proxy)} refuses the login`, {
        proxy: toShown(proxy),
      })
  } else if (method !== noLogin) {
    throw new ProxyError('denied', `${toShown(proxy)} wants a login`, { proxy: toShown(proxy) })
  }
  const port = Buffer.of(target.port >> 8, target.port & 255)
  socket.write(Buffer.concat([Buffer.of(5, 1, 0), address, port]))
  await readAnswer(socket, proxy)
}

/** With its type before it: RFC 1928, 5. Undefined for a name that is too long. */
function toAddress(host: string): Buffer | undefined {
  if (isIPv4(host)) return Buffer.of(1, ...host.split('.').map(Number))
  if (isIPv6(host)) return Buffer.concat([Buffer.of(4), toBytes(host)])
  const name = Buffer.from(host)
  return name.length > longest ? undefined : Buffer.concat([Buffer.of(3, name.length), name])
}

/** An address of IPv6 as a URL has it: in hexadecimal throughout, the longest row of zeros left out. */
function toBytes(address: string): Buffer {
  const url = new URL(`http://[${address}]/`)
  const [head = [], tail = []] = bareHost(url.hostname)
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''))
  const zeros = Array<string>(8 - head.length - tail.length).fill('0')
  const groups = [...head, ...zeros, ...tail].map((group) => parseInt(group, 16))
  return Buffer.from(groups.flatMap((group) => [group >> 8, group & 255]))
}

async function readAnswer(socket: Socket, proxy: ProxyServer): Promise<void> {
  const [, failure, , kind] = await readExactly(socket, 4)
  if (failure !== 0)
    throw new ProxyError('refused', `${toShown(proxy)} answers with ${failure}`, {
      proxy: toShown(proxy),
    })
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
