import { once } from 'node:events'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
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
