import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createAgents } from '../../../../main/registry/agents.ts'
import { type Credentials, Tokens } from '../../../../main/registry/tokens.ts'

const me = { username: 'me', password: 'right' }
const basic = `Basic ${Buffer.from('me:right').toString('base64')}`
const deadlines = { connectMs: 5000, firstByteMs: 5000, stallMs: 5000 }
const wanted = { base: 'https://registry.example/v2', scope: 'repository:app:pull' }

let stack: AsyncDisposableStack
let known: { credentials: Promise<Credentials | undefined> | Credentials | undefined }
let tokens: Tokens
beforeEach(() => {
  stack = new AsyncDisposableStack()
  known = { credentials: me }
  const agents = stack.use(createAgents())
  tokens = new Tokens({ agents, credentialsFor: () => known.credentials })
})
afterEach(() => stack.disposeAsync())

const meet = (challenge: string, of = wanted) =>
  tokens.meet(of, challenge, { deadlines, signal: new AbortController().signal })

describe('what a registry is shown', () => {
  test('is the login of now, and nothing once it was forgotten', async () => {
    expect(await meet('Basic realm="a"')).toBe(basic)
    expect(tokens.headerFor(wanted)).toBe(basic)
    tokens.forget()
    expect(tokens.headerFor(wanted)).toBeUndefined()
    known.credentials = undefined
    expect(await meet('Basic realm="a"')).toBeUndefined()
  })

  test('is not kept when it was forgotten while it was asked for', async () => {
    const asked = Promise.withResolvers<Credentials>()
    known.credentials = asked.promise
    const meeting = meet('Basic realm="a"')
    tokens.forget()
    asked.resolve(me)
    expect(await meeting).toBe(basic)
    expect(tokens.headerFor(wanted)).toBeUndefined()
  })
})

describe('a password', () => {
  test.each([
    ['http://registry.example:5000/v2', 'http://tokens.example/token'],
    ['http://127.0.0.1:5000/v2', 'http://tokens.example/token'],
    ['https://registry.example/v2', 'http://registry.example/token'],
    ['https://registry.example/v2', 'http://127.0.0.1/token'],
    ['https://registry.example/v2', 'ftp://registry.example/token'],
  ])('that %s would have sent to %s stays here', async (base, realm) => {
    await expect(meet(`Bearer realm="${realm}"`, { ...wanted, base })).rejects.toMatchObject({
      fault: 'garbled',
    })
  })

  test('goes to the loopback where the registry is there, too', async () => {
    const shown: (string | undefined)[] = []
    const server = createServer(({ headers }, response) => {
      shown.push(headers.authorization)
      response.end('{"token":"t"}')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const realm = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`
    const base = 'http://127.0.0.1:1/v2'
    expect(await meet(`Bearer realm="${realm}"`, { ...wanted, base })).toBe('Bearer t')
    expect(shown).toEqual([basic])
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
})

test('whoever asks does not wait for a keychain that nobody unlocks', async () => {
  known.credentials = new Promise(() => undefined)
  const leaving = new AbortController()
  const asked = tokens.meet(wanted, 'Basic realm="x"', { deadlines, signal: leaving.signal })
  leaving.abort(new Error('enough'))
  await expect(asked).rejects.toThrow('enough')
})
