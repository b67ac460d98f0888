import { expect, test, vi } from 'vitest'
import { hedgedDial } from '../../../../vm/ssh/hedged-dial.ts'

interface Dialled extends AsyncDisposable {
  name: string
}

/** Dials of which each waits until it is told how it went, or is given up. */
function createDials() {
  const made: { settle: PromiseWithResolvers<Dialled>; signal: AbortSignal; answer: () => void }[] =
    []
  const closed: string[] = []
  return {
    made,
    closed,
    connection: (name: string): Dialled => ({
      name,
      [Symbol.asyncDispose]() {
        closed.push(name)
        return Promise.resolve()
      },
    }),
    dial(signal: AbortSignal, answer: () => void) {
      const settle = Promise.withResolvers<Dialled>()
      signal.addEventListener('abort', () => {
        settle.reject(new Error('given up'))
      })
      made.push({ settle, signal, answer })
      return settle.promise
    },
  }
}

const { signal } = new AbortController()
const options = { everyMs: 20, aloneMs: 60_000, most: 6, signal }

test('a dial that hangs gets company for as long as none is answered', async () => {
  const dials = createDials()
  const dialling = hedgedDial((...one) => dials.dial(...one), options)
  await vi.waitFor(() => expect(dials.made.length).toBeGreaterThan(1))
  dials.made[0]?.settle.reject(new Error('too late'))
  const before = dials.made.length
  await vi.waitFor(() => expect(dials.made.length).toBeGreaterThan(before + 10))
  dials.made.at(-1)?.answer()
  dials.made.at(-1)?.settle.resolve(dials.connection('last'))
  expect(await dialling).toMatchObject({ name: 'last' })
})

test('few are under way at once, the first two among them, and the newest is heard', async () => {
  const dials = createDials()
  const dialling = hedgedDial((...one) => dials.dial(...one), options)
  await vi.waitFor(() => expect(dials.made.length).toBeGreaterThan(15))
  const { length } = dials.made
  const left = dials.made.flatMap((one, index) => (one.signal.aborted ? [] : [index]))
  expect(left).toEqual([0, 1, length - 4, length - 3, length - 2, length - 1])
  dials.made.at(-1)?.answer()
  dials.made.at(-1)?.settle.resolve(dials.connection('last'))
  expect(await dialling).toMatchObject({ name: 'last' })
})

test('the first that is answered goes on alone', async () => {
  const dials = createDials()
  const dialling = hedgedDial((...one) => dials.dial(...one), options)
  await vi.waitFor(() => expect(dials.made.length).toBeGreaterThan(2))
  dials.made[1]?.answer()
  // They were all held up by the same, and are answered in the same moment.
  dials.made[0]?.answer()
  const { length } = dials.made
  expect(dials.made.map((one) => one.signal.aborted)).toEqual(
    dials.made.map((_one, index) => index !== 1),
  )
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(dials.made).toHaveLength(length)
  dials.made[1]?.settle.resolve(dials.connection('second'))
  expect(await dialling).toMatchObject({ name: 'second' })
})

test('one that was answered and comes to nothing gets company in the end', async () => {
  const dials = createDials()
  const dialling = hedgedDial((...one) => dials.dial(...one), { ...options, aloneMs: 50 })
  dials.made[0]?.answer()
  await vi.waitFor(() => expect(dials.made.length).toBeGreaterThan(1))
  dials.made[1]?.answer()
  expect(dials.made[0]?.signal.aborted).toBe(false)
  dials.made[1]?.settle.resolve(dials.connection('second'))
  expect(await dialling).toMatchObject({ name: 'second' })
  expect(dials.made[0]?.signal.aborted).toBe(true)
})

test('one that comes through too late is closed', async () => {
  const dials = createDials()
  const dialling = hedgedDial((...one) => dials.dial(...one), { ...options, aloneMs: 0 })
  await vi.waitFor(() => expect(dials.made.length).toBeGreaterThan(1))
  for (const [index, name] of ['first', 'second'].entries()) {
    dials.made[index]?.settle.resolve(dials.connection(name))
  }
  expect(await dialling).toMatchObject({ name: 'first' })
  expect(dials.closed).toEqual(['second'])
})

test('when the one that was answered fails, that is told', async () => {
  const dials = createDials()
  const dialling = hedgedDial((...one) => dials.dial(...one), options)
  await vi.waitFor(() => expect(dials.made.length).toBeGreaterThan(1))
  dials.made[0]?.answer()
  dials.made[0]?.settle.reject(new Error('refused'))
  await expect(dialling).rejects.toThrow('refused')
})

test('when all that were begun have failed, that is told at once', async () => {
  const dials = createDials()
  const dialling = hedgedDial((...one) => dials.dial(...one), { ...options, everyMs: 100_000 })
  dials.made[0]?.settle.reject(new Error('refused'))
  await expect(dialling).rejects.toThrow('refused')
  expect(dials.made).toHaveLength(1)
})

test('it is given up with its caller', async () => {
  const dials = createDials()
  const over = new AbortController()
  const dialling = hedgedDial((...one) => dials.dial(...one), { ...options, signal: over.signal })
  over.abort()
  await expect(dialling).rejects.toThrow('given up')
})
