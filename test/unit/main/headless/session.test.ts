import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { Sessions } from '../../../../main/headless/session.ts'

const request = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage
const open = () => new Sessions(() => 4000)

describe('a session', () => {
  test('begins with a token that works once', () => {
    const sessions = open()
    const { token } = sessions
    const cookie = sessions.exchange(token)
    expect(cookie).toMatch(/^berth_4000=\S+; Path=\/[\w-]{43}\/; HttpOnly; SameSite=Strict$/)
    expect(sessions.exchange(token)).toBeUndefined()
    expect(sessions.hasCookie(request({ cookie: cookie?.split(';')[0] ?? '' }))).toBe(true)
  })

  test.each(['', 'berth_4000=', 'berth_4000=x', 'berth_4001=x; berth_4000=y'])(
    'is not what the cookie %j opens',
    (cookie) => {
      expect(open().hasCookie(request({ cookie }))).toBe(false)
    },
  )

  test.each(['127.0.0.1:4000', 'localhost:4000'])('may be reached as %s', (host) => {
    expect(open().namesUs(request({ host }))).toBe(true)
  })

  test.each([
    'evil.example:4000',
    '127.0.0.1',
    '127.0.0.1:4001',
    '127.0.0.1.evil.example:4000',
    '[::ffff:127.0.0.1]:4000',
    '',
  ])('may not be reached as %j', (host) => {
    expect(open().namesUs(request({ host }))).toBe(false)
  })

  test.each([
    'null',
    '',
    'http://evil.example',
    'https://127.0.0.1:4000',
    'http://127.0.0.1:40001',
  ])('does not act for the origin %j', (origin) => {
    expect(open().comesFromUs(request({ origin }))).toBe(false)
  })
})
