import { describe, expect, it } from 'vitest'
import { sumLayers, toLayerStep } from '../../../../renderer/transfer/transfer.ts'

describe('sumLayers', () => {
  it('never runs backwards while layers are unpacked', () => {
    const total = 100
    const words = [
      { message: 'Downloading', current: 40, total },
      { message: 'Download complete', total },
      { message: 'Extracting', current: 10, total },
      { message: 'Pull complete', total },
    ]
    const sums = words.map((layer) => sumLayers([layer]).current)
    expect(sums).toEqual([40, 100, 100, 100])
    expect(sumLayers(words)).toEqual({ current: 340, total: 400, done: 1 })
  })

  it('leaves layers out whose size is not known', () => {
    expect(sumLayers([{ message: 'Waiting' }])).toEqual({ current: 0, total: 0, done: 0 })
  })

  it('knows the words of the engine and lets strange ones be', () => {
    expect(toLayerStep('Already exists')).toBe('done')
    expect(toLayerStep('Pulling fs layer')).toBe('waiting')
    expect(toLayerStep('Loading layer')).toBe('downloading')
    expect(toLayerStep('Something new')).toBeUndefined()
  })
})
