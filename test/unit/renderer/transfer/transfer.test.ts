import { describe, expect, it } from 'vitest'
import {
  shareOf,
  shareOfAll,
  sumLayers,
  toLayerStep,
} from '../../../../renderer/transfer/transfer.ts'

const id = 'a'.repeat(12)

describe('sumLayers', () => {
  it('never runs backwards while layers are unpacked', () => {
    const total = 100
    const words = [
      { id, message: 'Downloading', current: 40, total },
      { id, message: 'Download complete', total },
      { id, message: 'Extracting', seconds: 10, total },
      { id, message: 'Pull complete', total },
    ]
    const sums = words.map((layer) => sumLayers([layer]).current)
    expect(sums).toEqual([40, 100, 100, 100])
    expect(sumLayers(words)).toMatchObject({
      ...{ current: 340, total: 400, isWhole: true },
      ...{ count: 4, done: 1, unpacked: 1, isUnpacking: true },
    })
  })

  it('knows that it does not know the whole while a layer has no size', () => {
    const waiting = { id, message: 'Pulling fs layer' }
    expect(sumLayers([waiting])).toMatchObject({ current: 0, total: 0, isWhole: false })
    const moving = { id, message: 'Downloading', current: 1, total: 2 }
    expect(sumLayers([waiting, moving]).isWhole).toBe(false)
    expect(sumLayers([{ ...waiting, total: 5 }, moving])).toMatchObject({ total: 7, isWhole: true })
    expect(sumLayers([]).isWhole).toBe(false)
  })

  it('counts what was there before apart, however large it is', () => {
    const old = { id, message: 'Already exists', total: 500, isOld: true as const }
    const moving = { id, message: 'Downloading', current: 1, total: 2 }
    expect(sumLayers([old, moving])).toMatchObject({
      ...{ current: 1, total: 2, isWhole: true, count: 2, done: 1, old: 1 },
    })
  })

  it('knows the words of the engine and lets strange ones be', () => {
    expect(toLayerStep('Already exists')).toBe('old')
    expect(toLayerStep('Layer already exists')).toBe('mounted')
    expect(toLayerStep('Mounted from library/redis')).toBe('mounted')
    expect(toLayerStep('Pulling fs layer')).toBe('waiting')
    expect(toLayerStep('Preparing')).toBe('waiting')
    expect(toLayerStep('Loading layer')).toBe('loading')
    expect(toLayerStep('Pushing')).toBe('sending')
    expect(toLayerStep('Pushed')).toBe('sent')
    expect(toLayerStep('Something new')).toBeUndefined()
  })

  it('says how far one and several are, where anything is known', () => {
    const layers = [{ id, message: 'Downloading', current: 1, total: 4 }]
    expect(shareOf(sumLayers(layers))).toBe(0.25)
    expect(shareOfAll([{ layers }, { layers: [] }])).toBe(0.25)
    expect(shareOfAll([])).toBeUndefined()
  })
})
