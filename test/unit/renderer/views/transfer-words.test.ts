import { describe, expect, it } from 'vitest'
import { nextPaces } from '../../../../renderer/transfer/paces.ts'
import { sumLayers, type Transfer } from '../../../../renderer/transfer/transfer.ts'
import {
  toAmount,
  toLayerRow,
  toPaceWords,
  toSourceWords,
  toWayOut,
} from '../../../../renderer/views/transfers/transfer-words.ts'

const words = {
  t: (key: string, params: Record<string, string | number> = {}) =>
    [key.replace('ui.transfers.', ''), ...Object.values(params)].join(' '),
  locale: { value: 'en' },
} as unknown as Parameters<typeof toAmount>[2]
const id = 'a'.repeat(12)

function pull(layers: Transfer['layers'], message = ''): Transfer {
  const first = { id: 'one', kind: 'pull', name: 'redis', phase: 'active' } as const
  return { ...first, layers, message, from: [], forRun: false }
}

describe('the words of a transfer', () => {
  it('say whether the sum is all of it', () => {
    const moving = { id, message: 'Downloading', current: 1e6, total: 2e6 }
    const say = (one: Transfer) => toAmount(one, sumLayers(one.layers), words)
    expect(say(pull([moving]))).toBe('amount 1 MB 2 MB')
    expect(say(pull([moving, { id: 'b', message: 'Waiting' }]))).toBe('amountKnown 1 MB 2 MB')
    expect(say(pull([], 'Pulling from library/redis'))).toBe('Pulling from library/redis')
    expect(say(pull([]))).toBe('waiting')
  })

  it('say how fast, how long still, and when nothing comes; nothing once all is here', () => {
    const at = (second: number) =>
      pull([{ id, message: 'Downloading', current: second * 1e6, total: 20e6 }])
    let paces = nextPaces(new Map(), [at(0)], 0)
    for (let second = 1; second <= 5; second += 1)
      paces = nextPaces(paces, [at(second)], second * 1000)
    const say = (second: number, now: number) =>
      toPaceWords(paces.get('one'), { sum: sumLayers(at(second).layers), now }, words)
    expect(say(5, 5000)).toBe('speed 1 MB · left 15 sec')
    expect(say(5, 65_000)).toBe('quiet 1 min')
    expect(say(20, 65_000)).toBe('')
  })

  it('say who it comes from, by name where there is one', () => {
    const hub = { url: 'https://registry-1.docker.io', bytes: 1 }
    const known = { url: 'https://docker.m.daocloud.io', name: 'DaoCloud', bytes: 5 }
    expect(toSourceWords([], words)).toBe('')
    expect(toSourceWords([known], words)).toBe('from DaoCloud')
    expect(toSourceWords([known, hub], words)).toBe('fromBoth DaoCloud registry-1.docker.io')
  })

  it('say of a layer what it is doing, and after an early end what became of it', () => {
    const row = (layer: Transfer['layers'][number], isOver = false) =>
      toLayerRow(layer, { pace: undefined, now: 0, isOver }, words)
    const moving = { id, message: 'Downloading', current: 5e6, total: 20e6 }
    expect(row(moving)).toMatchObject({
      word: 'step.downloading',
      amount: '5 / 20 MB',
      share: 0.25,
    })
    expect(row(moving, true).word).toBe('step.stopped')
    const unpacking = { id, message: 'Extracting', seconds: 3, total: 20e6 }
    expect(row(unpacking)).toMatchObject({ word: 'step.extracting', speed: '3 sec' })
    expect(row(unpacking, true)).toMatchObject({ word: 'step.downloaded', speed: '' })
    expect(row({ id, message: 'Something new' }).word).toBe('Something new')
  })

  it('lead to where a failure can be mended', () => {
    expect(toWayOut('push-login', 'push')?.to).toBe('/registries')
    expect(toWayOut('registry-lagging', 'pull')?.to).toBe('/mirrors')
    expect(toWayOut('registry-unreachable', 'push')).toBeUndefined()
    expect(toWayOut('registry-tls', 'pull')?.to).toBe('/settings#network')
    expect(toWayOut('registry-proxy-named', 'pull')?.to).toBe('/settings#network')
    expect(toWayOut('registry-proxy-refused', 'pull')?.to).toBe('/settings#network')
    expect(toWayOut('registry-proxy', 'push')?.to).toBe('/settings#network')
    expect(toWayOut('registry-proxy-denied', 'pull')?.to).toBe('/settings#network')
    expect(toWayOut('image-not-found', 'pull')).toBeUndefined()
  })
})
