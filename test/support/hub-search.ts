// Written by hand, not recorded: what Docker Hub's search answers here is made after `GET /images/search` of the Docker
// Engine API (https://docs.docker.com/reference/api/engine/), by which the engine passes it on. It was never held against
// Docker Hub itself.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const handWritten = [
  { name: 'nginx', description: 'Official build of Nginx.', star_count: 20_400, is_official: true },
  {
    name: 'me/nginx',
    description: '<img src=x onerror="window.breached=1"> {{ 7*7 }}',
    star_count: 3,
  },
]

/** A stand-in of Docker Hub's search, on the loopback. */
export interface HubSearch extends AsyncDisposable {
  base: string
}

/** Every word finds the same, but `nothing`. */
export async function openHubSearch(): Promise<HubSearch> {
  const server = createServer(({ url = '' }, response) => {
    const results = url.includes('q=nothing') ? [] : handWritten
    response.end(JSON.stringify({ num_results: results.length, results }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
