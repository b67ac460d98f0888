import { describe, expect, it } from 'vitest'
import type { AppStatus } from '#api'
import { type TrayItem, toTrayItems } from '../../../../main/electron/tray-menu.ts'
import { createSay } from '../../../../main/words/words.ts'

const say = createSay('en')

function ordersOf(items: TrayItem[]): string[] {
  return items.flatMap((item) => (item.kind === 'order' ? [item.order] : []))
}

describe('the tray’s menu', () => {
  it.each<[AppStatus['state'], string[]]>([
    ['stopped', ['open', 'start', 'quit']],
    ['failed', ['open', 'start', 'quit']],
    ['starting', ['open', 'stop', 'quit']],
    ['running', ['open', 'stop', 'quit']],
    ['degraded', ['open', 'stop', 'quit']],
    ['stopping', ['open', 'quit']],
  ])('offers in the state %s what can be followed then: %s', (state, orders) => {
    expect(ordersOf(toTrayItems({ state, slow: false }, say))).toEqual(orders)
  })

  it('says the state first, and that it is slow', () => {
    const [first] = toTrayItems({ state: 'running', slow: true }, say)
    expect(first).toEqual({ kind: 'state', label: 'Berth: Running (slow mode: emulation)' })
  })

  it.each(['en', 'zh-CN'] as const)('has words for every line in %s', (language) => {
    const words = createSay(language)
    const states: AppStatus['state'][] = ['stopped', 'starting', 'running', 'degraded', 'stopping']
    for (const state of states) {
      for (const item of toTrayItems({ state, slow: true }, words)) {
        // A key without words is given back as it is.
        if (item.kind !== 'rule') expect(item.label).not.toMatch(/shell\.|status\./)
      }
    }
  })
})
