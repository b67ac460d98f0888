import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { AppError, connect, serve, stream } from '../../../../main/api/index.ts'
import type { Kinds } from '../../../../main/api/kinds.ts'
import { createLoopback } from '../../../support/loopback.ts'

interface Api {
  things: {
    double(value: number): Promise<number>
    nothing(): Promise<void>
    given(one?: string | null, other?: string, third?: string): Promise<string>
    fail(code: 'known' | 'bug'): Promise<void>
    count(to: number): AsyncIterable<number>
    silent(): AsyncIterable<number>
  }
}

const kinds: Kinds<Api> = {
  things: {
    ...{ double: 'call', nothing: 'call', given: 'call', fail: 'call' },
    ...{ count: 'stream', silent: 'stream' },
  },
}

function createThings() {
  const seen = { pushed: 0, stopped: 0, secret: 0 }
  const things = {
    double: (value: number) => Promise.resolve(value * 2),
    nothing: () => Promise.resolve(),
    given: (...args: unknown[]) =>
      Promise.resolve(args.map((arg) => (arg === undefined ? '–' : JSON.stringify(arg))).join(' ')),
    fail: (code: 'known' | 'bug') =>
      Promise.reject(
        code === 'known' ? new AppError('port-taken', { port: 80 }) : new Error('bug'),
      ),
    count: (to: number) =>
      stream<number>(async (push, signal) => {
        for (let value = 0; value < to && !signal.aborted; value += 1) {
          seen.pushed = value + 1
          await push(value)
        }
      }),
    silent: () =>
      stream<number>(
        (_push, signal) =>
          new Promise((resolve) =>
            signal.addEventListener('abort', () => {
              seen.stopped += 1
              resolve()
            }),
          ),
      ),
    /** Not in `kinds`, so not on the wire. */
    secret: () => Promise.resolve((seen.secret += 1)),
  }
  return { things, seen }
}

function open() {
  const { things, seen } = createThings()
  const loopback = createLoopback()
  serve<Api>({ things }, loopback.near, {
    kinds,
    toShape: (error) =>
      error instanceof AppError ? error.toShape() : { code: 'internal', params: { log: 'log' } },
  })
  return { api: connect<Api>(loopback.far, kinds), seen, loopback }
}

describe('a call', () => {
  test('carries its arguments and its result', async () => {
    expect(await open().api.things.double(21)).toBe(42)
  })

  test('without a result resolves', async () => {
    await expect(open().api.things.nothing()).resolves.toBeNull()
  })

  test('keeps an argument that is not given apart from one that is null', async () => {
    const { things } = open().api
    const given: typeof things.given = (...args) => things.given(...args)
    expect(await given(undefined)).toBe('–')
    expect(await given(undefined, 'b')).toBe('– "b"')
    expect(await given('a', undefined, 'c')).toBe('"a" – "c"')
    expect(await given(null, undefined)).toBe('null –')
    expect(await given()).toBe('')
  })

  test('that fails in a known way crosses with its code and params', async () => {
    const failure = open().api.things.fail('known')
    await expect(failure).rejects.toMatchObject({ code: 'port-taken', params: { port: 80 } })
  })

  test('that meets a bug tells only where the log is', async () => {
    const failure = open().api.things.fail('bug')
    await expect(failure).rejects.toMatchObject({ code: 'internal', params: { log: 'log' } })
  })

  test('of a method that is not in the table is refused, and nothing runs', async () => {
    const { loopback, seen } = open()
    const answers: string[] = []
    loopback.far.onMessage((text) => answers.push(text))
    for (const method of [
      ['things', 'secret'],
      ['things', 'constructor'],
      ['__proto__', 'x'],
    ]) {
      loopback.far.send(JSON.stringify({ id: 1, method, args: [] }))
    }
    await turn()
    await turn()
    expect(answers).toHaveLength(3)
    expect(answers.every((text) => text.includes('input-invalid'))).toBe(true)
    expect(seen.secret).toBe(0)
  })

  test.each([
    '',
    'null',
    '[]',
    '{',
    '{"id":"x"}',
    '{"id":1,"method":"a"}',
    '{"id":1,"more":-1}',
    '{"id":1,"method":["a","b"],"args":[],"absent":1}',
  ])('is not what %j is, which is passed over', async (text) => {
    const { api, loopback } = open()
    loopback.far.send(text)
    expect(await api.things.double(1)).toBe(2)
  })
})

describe('a stream', () => {
  test('gives every item in order, and ends', async () => {
    expect(await Array.fromAsync(open().api.things.count(500))).toEqual([...Array(500).keys()])
  })

  test('runs no more than two windows ahead of a reader that waits', async () => {
    const { api, seen } = open()
    const reading = api.things.count(100_000)[Symbol.asyncIterator]()
    await reading.next()
    for (let round = 0; round < 500; round += 1) await turn()
    expect(seen.pushed).toBeLessThan(300)
    await reading.return?.()
  })

  test('keeps its window however often its reader pauses', async () => {
    const { api, seen } = open()
    const reading = api.things.count(100_000)[Symbol.asyncIterator]()
    for (let pause = 0; pause < 5; pause += 1) {
      for (let round = 0; round < 500; round += 1) await turn()
      const before = seen.pushed
      for (let item = 0; item < 200; item += 1) await reading.next()
      for (let round = 0; round < 500; round += 1) await turn()
      expect(seen.pushed - before).toBeGreaterThan(150)
    }
    await reading.return?.()
  })

  test('that is left stops its source, also while it is silent', async () => {
    const { api, seen } = open()
    const reading = api.things.silent()[Symbol.asyncIterator]()
    const next = reading.next()
    await turn()
    await reading.return?.()
    expect(await next).toMatchObject({ done: true })
    await turn()
    expect(seen.stopped).toBe(1)
  })
})

describe('a lost link', () => {
  test('rejects what waits and what is asked later', async () => {
    const { api, loopback } = open()
    const reading = api.things.silent()[Symbol.asyncIterator]()
    const waiting = reading.next()
    await turn()
    loopback.close()
    await expect(waiting).rejects.toMatchObject({ code: 'disconnected' })
    await expect(api.things.double(1)).rejects.toMatchObject({ code: 'disconnected' })
  })

  test('stops the sources', async () => {
    const { api, loopback, seen } = open()
    const waiting = api.things.silent()[Symbol.asyncIterator]().next()
    await turn()
    loopback.close()
    await expect(waiting).rejects.toThrow()
    expect(seen.stopped).toBe(1)
  })
})
