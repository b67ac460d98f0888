import { once } from 'node:events'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { readJsonLines } from '../../../main/engine/json-lines.ts'
import { readLines } from '../../../main/lines.ts'

async function* pieces(...chunks: Buffer[]) {
  for (const chunk of chunks) yield await Promise.resolve(chunk)
}

test('lines are put together from pieces, characters too, and the last needs no end', async () => {
  const bytes = Buffer.from('容器\r\n\nlast')
  const cut = [...bytes].map((byte) => Buffer.from([byte]))
  expect(await Array.fromAsync(readLines(pieces(...cut)))).toEqual(['容器', '', 'last'])
})

test('a stream that breaks after its reader has left harms nobody', async () => {
  const server = createServer((_request, response) => response.write('{"error":"no archive"}\n'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const asking = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' })
  asking.on('error', () => undefined)
  const [response] = (await once(asking, 'response')) as [NodeJS.ReadableStream]
  for await (const value of readJsonLines(response)) {
    expect(value).toEqual({ error: 'no archive' })
    break
  }
  asking.destroy(new Error('aborted'))
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})
