import { afterEach, beforeEach, expect, test } from 'vitest'
import { createEngineMender, type EngineMender } from '../../../vm/mend-engine.ts'
import { connectSsh, type SshConnection } from '../../../vm/ssh/connection.ts'
import { startSshServer, type SshServer } from '../../support/ssh-server.ts'

const never = new AbortController().signal
const cause = new Error('refused')
const gaveUp = { state: 'gave-up', pid: 0 } as const
let server: SshServer
let connection: SshConnection
let mender: EngineMender

beforeEach(async () => {
  server = await startSshServer()
  connection = await connectSsh(server, { timeoutMs: 10_000, signal: never })
  const link = { connection: () => Promise.resolve(connection) }
  mender = createEngineMender({ config: { log: () => undefined } }, { link })
})
afterEach(async () => {
  await connection[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

const mend = (engine?: Parameters<EngineMender['mend']>[0]) => mender.mend(engine, cause, never)
const reads = () => server.commands.filter((command) => command.includes('cat')).length

test('why an engine was given up is asked once, and anew when it is given up again', async () => {
  for (let look = 0; look < 3; look += 1)
    expect(await mend(gaveUp)).toMatchObject({ code: 'engine-gave-up', cause })
  expect(reads()).toBe(1)
  expect(await mend({ state: 'starting', pid: 7 })).toMatchObject({ code: 'engine-down' })
  await mend(gaveUp)
  expect(reads()).toBe(2)
  mender.rest()
  await mend(gaveUp)
  expect(reads()).toBe(3)
})
