import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { ProxyServer } from '../../../../main/network/proxy-server.ts'
import { askSocks } from '../../../../main/network/socks.ts'

/** A proxy of SOCKS that lets everybody through, unless its reply is another, and keeps what it was told. */
async function startSocks(method = 0, reply = 0) {
  const told: Buffer[] = []
  const server = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .on('data', (bytes: Buffer) => {
        told.push(bytes)
        if (told.length === 1) socket.write(Buffer.of(5, method))
        else if (method === 2 && told.length === 2) socket.write(Buffer.of(1, 0))
        else socket.write(Buffer.of(5, reply, 0, 1, 127, 0, 0, 1, 0, 80))
      })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const socket: Socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  onTestFinished(() => {
    socket.destroy()
    server.close()
  })
  const proxy: ProxyServer = { kind: 'socks5', hostname: '127.0.0.1', port }
  return { told, socket, proxy }
}

test.each([
  ['a.example', [3, 9, ...Buffer.from('a.example')]],
  ['203.0.113.7', [1, 203, 0, 113, 7]],
  ['[2001:db8::1:2]', [4, 0x20, 1, 0xd, 0xb8, ...[0, 0, 0, 0], ...[0, 0, 0, 0], 0, 1, 0, 2]],
  ['[::]', [4, ...Array<number>(16).fill(0)]],
  ['[1:2:3:4:5:6:7:8]', [4, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]],
  ['[::ffff:102:304]', [4, ...Array<number>(10).fill(0), 255, 255, 1, 2, 3, 4]],
])('names are sent as names, and addresses as addresses: %s', async (hostname, expected) => {
  const { told, socket, proxy } = await startSocks()
  await askSocks(socket, { hostname, port: 443 }, proxy)
  expect([...(told[1] ?? [])]).toEqual([5, 1, 0, ...expected, 1, 187])
})

const long = 'é'.repeat(128)

test.each([
  ['a name', { hostname: `${'a'.repeat(252)}.com`, login: undefined }, 'refused'],
  ['a user', { hostname: 'a.example', login: { username: long, password: 'b' } }, 'denied'],
  ['a password', { hostname: 'a.example', login: { username: 'b', password: long } }, 'denied'],
])(
  '%s of more bytes than SOCKS can count is never sent',
  async (_what, { hostname, login }, reason) => {
    const { told, socket, proxy } = await startSocks(login ? 2 : 0)
    const asking = askSocks(socket, { hostname, port: 443 }, { ...proxy, login })
    await expect(asking).rejects.toMatchObject({ name: 'ProxyError', reason })
    expect(told).toEqual([])
  },
)

test('a login of as many bytes as it can count is sent whole', async () => {
  const { told, socket, proxy } = await startSocks(2)
  const login = { username: 'u'.repeat(255), password: 'p'.repeat(255) }
  await askSocks(socket, { hostname: 'a.example', port: 443 }, { ...proxy, login })
  expect(told[1]?.toString('latin1')).toBe(`\x01\xff${login.username}\xff${login.password}`)
})

test('one that does not connect to whom it is asked for refuses', async () => {
  const { socket, proxy } = await startSocks(0, 2)
  const asking = askSocks(socket, { hostname: 'a.example', port: 443 }, proxy)
  await expect(asking).rejects.toMatchObject({ name: 'ProxyError', reason: 'refused' })
})
