import { describe, expect, it, onTestFinished } from 'vitest'
import {
  AppError,
  type ImageTransfer,
  stream,
  type TransferProgress,
  type TransferSource,
} from '#api'
import { Transfers } from '../../../../main/transfers/transfers.ts'
import { listsOf } from '../../../support/lists-of.ts'
import { reading } from '../engine/with-engine.ts'

/** An engine whose transfers tell what the test tells, and end when it says so. */
function openTransfers(
  known: {
    sizes?: Record<string, number>
    from?: TransferSource[]
    /** Whoever leaves has to wait until the test ends it. */
    holds?: boolean
  } = {},
) {
  const begun: string[] = []
  const left: string[] = []
  const hand: {
    tell: (line: TransferProgress) => void
    end: (error?: AppError) => void
  } = { tell: () => undefined, end: () => undefined }
  const open = (name: string, cancel: AbortSignal) =>
    stream<TransferProgress>(async (push) => {
      begun.push(name)
      const { promise, resolve, reject } = Promise.withResolvers<undefined>()
      cancel.addEventListener('abort', () => {
        left.push(name)
        if (known.holds !== true) resolve(undefined)
      })
      hand.tell = (line) => void push(line)
      hand.end = (error) => (error ? reject(error) : resolve(undefined))
      await promise
    })
  const transfers = new Transfers({
    images: {
      pull: (image, { platform = '', signal }) => open(`pull ${image} ${platform}`.trim(), signal),
      push: (image, { signal }) => open(`push ${image}`, signal),
    },
    pulls: { sizeOf: (layer) => known.sizes?.[layer], givers: () => known.from ?? [] },
    toShape: (error) => (error as AppError).toShape(),
  })
  const watched = reading(listsOf(transfers.watch()))
  onTestFinished(async () => {
    await transfers[Symbol.asyncDispose]()
    await watched[Symbol.asyncDispose]()
  })
  const until = async (phase: ImageTransfer['phase']) => {
    const list = await watched.until(([one]) => one?.phase === phase)
    return list[0]
  }
  return { transfers, begun, left, hand, watched, until }
}

const id = 'a'.repeat(12)

describe('a transfer', () => {
  it('tells its layers in their order, with what their manifest says of their size and who gave them', async () => {
    const from = [{ url: 'https://mirror.example', bytes: 5 }]
    const { transfers, hand, watched, until } = openTransfers({ sizes: { [id]: 100 }, from })
    await transfers.pull('redis')
    await until('active')
    hand.tell({ layer: id, message: 'Pulling fs layer' })
    hand.tell({ layer: 'b'.repeat(12), message: 'Downloading', current: 5, total: 10 })
    hand.tell({ layer: 'b'.repeat(12), message: 'Download complete' })
    hand.tell({ message: 'Status: Downloaded newer image' })
    const [one] = await watched.until(([first]) => first?.message !== '')
    expect(one).toMatchObject({
      ...{ kind: 'pull', image: 'redis:latest', from },
      layers: [
        { id, message: 'Pulling fs layer', total: 100 },
        { id: 'b'.repeat(12), message: 'Download complete', total: 10 },
      ],
    })
    hand.end()
    expect(await until('done')).toMatchObject({ layers: [{ id }, {}], from })
  })

  it('knows what was there before, also while that is unpacked', async () => {
    const { transfers, hand, watched } = openTransfers()
    await transfers.pull('redis')
    hand.tell({ layer: id, message: 'Already exists' })
    hand.tell({ layer: id, message: 'Extracting', seconds: 2 })
    const [one] = await watched.until(([first]) => first?.layers[0]?.seconds === 2)
    expect(one?.layers).toEqual([{ id, message: 'Extracting', seconds: 2, isOld: true }])
  })

  it('goes on although nobody watches, and is there for whoever comes late', async () => {
    const { transfers, hand, until } = openTransfers()
    await transfers.push('me/app:1')
    hand.tell({ layer: id, message: 'Pushing', current: 1, total: 2 })
    await until('active')
    await using late = reading(listsOf(transfers.watch()))
    expect(await late.until(([one]) => one?.layers.length === 1)).toMatchObject([
      { kind: 'push', image: 'me/app:1', phase: 'active' },
    ])
  })

  it('is one of an image: who asks again gets the same, another platform is another', async () => {
    const { transfers, begun } = openTransfers()
    const first = await transfers.pull('redis')
    expect(await transfers.pull('redis:latest')).toBe(first)
    expect(await transfers.pull('docker.io/library/redis')).toBe(first)
    expect(await transfers.pull('redis', { platform: 'linux/arm64' })).not.toBe(first)
    expect(begun).toEqual(['pull redis:latest', 'pull redis:latest linux/arm64'])
  })

  it('that is cancelled leaves the engine, and begins anew in the same place', async () => {
    const { transfers, begun, left, watched, until } = openTransfers()
    const first = await transfers.pull('redis')
    await transfers.cancel(first)
    await until('cancelled')
    expect(left).toEqual(begun)
    const again = await transfers.pull('redis')
    expect(await watched.until(([one]) => one?.id === again)).toHaveLength(1)
    await transfers.cancel(first)
    await using late = reading(listsOf(transfers.watch()))
    expect(await late.take()).toMatchObject([{ id: again, phase: 'active' }])
  })

  it('that is cancelled is ending until the engine has let go, whoever cancels it again', async () => {
    const { transfers, hand, watched, until } = openTransfers({ holds: true })
    const one = await transfers.pull('redis')
    await until('active')
    await transfers.cancel(one)
    await until('ending')
    await transfers.cancel(one)
    await transfers.dismiss(one)
    hand.tell({ layer: id, message: 'Downloading', current: 1, total: 2 })
    expect(await watched.take()).toMatchObject([{ phase: 'ending', layers: [{ id }] }])
    hand.end()
    await until('cancelled')
  })

  it('that is asked for while the last one is ending begins after it, once', async () => {
    const { transfers, begun, hand, watched, until } = openTransfers({ holds: true })
    const one = await transfers.pull('redis')
    await transfers.cancel(one)
    await until('ending')
    const asked = Promise.all([transfers.pull('redis'), transfers.pull('redis')])
    expect(begun).toHaveLength(1)
    hand.end()
    const [again, too] = await asked
    expect(too).toBe(again)
    expect(await watched.until(([first]) => first?.id === again)).toMatchObject([
      { phase: 'active' },
    ])
    expect(begun).toHaveLength(2)
    hand.end()
    await until('done')
  })

  it('that failed says why until it is dismissed, with the layers as they were', async () => {
    const { transfers, hand, watched, until } = openTransfers()
    const one = await transfers.push('me/app:1')
    hand.tell({ layer: id, message: 'Pushing', current: 1, total: 2 })
    hand.end(new AppError('push-login', { image: 'me/app:1', host: 'docker.io' }))
    expect(await until('failed')).toMatchObject({
      error: { code: 'push-login' },
      layers: [{ id, current: 1 }],
    })
    await transfers.dismiss(one)
    await watched.until((list) => list.length === 0)
  })

  it('is told again when it changes, and those that have ended only to whoever comes late', async () => {
    const { transfers, hand } = openTransfers()
    const tellLayers = (count: number, current: number) => {
      for (let layer = 0; layer < count; layer += 1)
        hand.tell({ layer: String(layer).padStart(12, '0'), message: 'Pulling', current, total: 9 })
    }
    await using news = reading(transfers.watch())
    for (let ended = 0; ended < 20; ended += 1) {
      await transfers.pull(`redis:${ended}`)
      tellLayers(40, 1)
      hand.end()
      await news.until((item) => 'changed' in item && item.changed.at(-1)?.phase === 'done')
    }
    const active = await transfers.pull('redis:active')
    const told: string[] = []
    for (let current = 1; current <= 3; current += 1) {
      tellLayers(2, current)
      const item = await news.until(
        (one) => 'changed' in one && one.changed[0]?.layers[1]?.current === current,
      )
      expect(item).toMatchObject({ changed: [{ id: active }], gone: [] })
      told.push(JSON.stringify(item))
    }
    expect(Math.max(...told.map(({ length }) => length))).toBeLessThan(500)
    await using late = reading(transfers.watch())
    const all = await late.take()
    expect(all).toMatchObject({ all: { length: 21 } })
    expect(JSON.stringify(all).length).toBeGreaterThan(40_000)
  })

  it('of what is no name is refused before it begins', async () => {
    const { transfers, begun } = openTransfers()
    await expect(transfers.pull('a b')).rejects.toMatchObject({ code: 'image-name-invalid' })
    await expect(transfers.pull('redis', { platform: 'x y' })).rejects.toMatchObject({
      code: 'input-invalid',
    })
    await expect(transfers.push(`redis@sha256:${'a'.repeat(64)}`)).rejects.toMatchObject({
      code: 'image-name-invalid',
    })
    expect(begun).toEqual([])
  })

  it('ends with the app', async () => {
    const { transfers, left, until } = openTransfers()
    await transfers.pull('redis')
    await transfers[Symbol.asyncDispose]()
    expect(left).toEqual(['pull redis:latest'])
    await until('cancelled')
  })
})
