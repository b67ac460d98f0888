import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { expect, test } from 'vitest'
import { connectSsh } from '../../../../vm/ssh/connection.ts'
import { openGuestSockets } from '../../../../vm/ssh/guest-sockets.ts'
import { startSshServer } from '../../../support/ssh-server.ts'

const options = { timeoutMs: 5000, signal: new AbortController().signal }

test('who dials a socket in the guest is served here', async () => {
  await using server = await startSshServer()
  const served: string[] = []
  const echo = (name: string) => (stream: Duplex) => {
    served.push(name)
    stream.pipe(stream)
  }
  const guestSockets = [
    { path: '/run/one', onStream: echo('one') },
    { path: '/run/two', onStream: echo('two') },
  ]
  await using connection = await connectSsh(server, options)
  await openGuestSockets({ guestSockets, log: () => undefined }, connection)
  expect(server.listening).toEqual(['/run/one', '/run/two'])
  const stream = await server.dial('/run/two')
  stream.end('hello')
  const [chunk]: unknown[] = await once(stream, 'data')
  expect(String(chunk)).toBe('hello')
  expect(served).toEqual(['two'])
})
