import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The front door of a registry that wants a password, on the loopback: it has no images. */
export interface BasicRegistry extends AsyncDisposable {
  /** As image references name it. */
  name: string
  /** What it answers to whoever has shown the right one. */
  status: number
  /** `Authorization` of each request, in order. */
  readonly shown: readonly (string | undefined)[]
}

/** @param login the right one, with a colon between; undefined lets everybody in */
export async function openBasicRegistry(login?: string): Promise<BasicRegistry> {
  const shown: (string | undefined)[] = []
  const right = login && `Basic ${Buffer.from(login).toString('base64')}`
  const registry = { status: 200 }
  const server = createServer(({ headers }, response) => {
    shown.push(headers.authorization)
    const isRight = !right || headers.authorization === right
    const challenge = { 'www-authenticate': 'Basic realm="berth"' }
    const json = { 'content-type': 'application/json' }
    response.writeHead(isRight ? registry.status : 401, isRight ? json : challenge).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(registry, {
    name: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    shown,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}
