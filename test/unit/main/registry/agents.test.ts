import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { createAgents } from '../../../../main/registry/agents.ts'

test.each([
  'http://user:50%off@proxy:8080',
  'http://proxy:99999',
  'http://',
  'socks5://127.0.0.1:1080',
])('a proxy that cannot be used is passed over by name: %s', (value) => {
  const unusable: string[] = []
  using agents = createAgents({
    env: { HTTP_PROXY: value, https_proxy: value },
    onUnusable: (name) => unusable.push(name),
  })
  expect(agents.http).toBeDefined()
  expect(agents.https).toBeDefined()
  expect(unusable).toEqual(['HTTP_PROXY', 'https_proxy'])
})

test('a proxy without a scheme is one of HTTP, as for other programs', async () => {
  const asked = Promise.withResolvers<string | undefined>()
  const proxy = createServer((request, response) => {
    asked.resolve(request.url)
    response.end()
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const { port } = proxy.address() as AddressInfo
  using agents = createAgents({ env: { HTTP_PROXY: `127.0.0.1:${port}` } })
  get('http://registry.invalid/v2/', { agent: agents.http }).on('error', () => undefined)
  expect(await asked.promise).toBe('http://registry.invalid/v2/')
  proxy.closeAllConnections()
  proxy.close()
})

test('after a sleep what nobody uses is closed, and what is under way goes on', async () => {
  const held = Promise.withResolvers<ServerResponse>()
  const sockets: Socket[] = []
  const server = createServer((request, response) => {
    if (request.url === '/held') held.resolve(response)
    else response.end('done')
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  server.on('connection', (socket) => sockets.push(socket))
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  using agents = createAgents({ env: {} })
  const ask = async (path: string) => {
    const asked = get(`http://127.0.0.1:${port}${path}`, { agent: agents.http })
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    return text(answer)
  }
  const slow = ask('/held')
  const response = await held.promise
  expect(await ask('/')).toBe('done')
  expect(await ask('/')).toBe('done')
  expect(sockets).toHaveLength(2)
  const [, idle = new Socket()] = sockets
  const closed = once(idle, 'close')
  agents.closeIdle()
  await closed
  response.end('in its time')
  expect(await slow).toBe('in its time')
})
