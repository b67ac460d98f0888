import { expect, test } from 'vitest'
import type { ReclaimItem } from '#api'
import {
  isTicked,
  markOf,
  startTicks,
  sumTicked,
  toChoices,
  toggleItem,
  toggleThing,
  toShown,
} from '../../../../renderer/views/reclaim/ticks.ts'

const thing = (id: string, bytes: number) => ({ id, name: id, bytes })
const item = (more: Partial<ReclaimItem> & Pick<ReclaimItem, 'kind'>): ReclaimItem => ({
  ...{ bytes: 0, count: 0, things: [], ticked: false, frees: 'disk', ...more },
})
const volumes = item({
  ...{ kind: 'volumes', bytes: 30, count: 2, things: [thing('a', 20), thing('b', 10)] },
})
const cache = item({ kind: 'build-cache', bytes: 5, count: 1, ticked: true })
const trim = item({ kind: 'trim', ticked: true })
const caches = item({ kind: 'caches', bytes: 7, ticked: true, frees: 'memory' })
const all = [volumes, cache, trim, caches]

test('things are ticked one by one, and all of them are the whole', () => {
  const start = startTicks(all)
  expect(markOf(volumes, start)).toBe('none')
  const one = toggleThing(volumes, 'a', start)
  expect([markOf(volumes, one), isTicked(volumes, 'b', one)]).toEqual(['some', false])
  expect(sumTicked(all, one)).toEqual({ disk: 25, memory: 7 })
  expect(toChoices(one)).toContainEqual({ kind: 'volumes', only: ['a'] })
  const both = toggleThing(volumes, 'b', one)
  expect(toChoices(both)).toContainEqual({ kind: 'volumes' })
  expect(toChoices(toggleItem(volumes, both))).toEqual(toChoices(start))
  expect(toggleThing(volumes, 'a', one).has('volumes')).toBe(false)
})

test('of more things than are shown, those that are ticked one by one are never all', () => {
  const many = { ...volumes, count: 3 }
  const both = toggleThing(many, 'b', toggleThing(many, 'a', new Map()))
  expect(toChoices(both)).toEqual([{ kind: 'volumes', only: ['a', 'b'] }])
  expect(sumTicked([many], new Map([['volumes', 'all']])).disk).toBe(30)
})

test('what is safe comes first, and a little memory alone is not worth the while', () => {
  const { safe, careful } = toShown(all)
  expect([safe, careful].map((group) => group.map(({ kind }) => kind))).toEqual([
    ['build-cache', 'trim', 'caches'],
    ['volumes'],
  ])
  expect(toShown([trim, caches])).toEqual({ safe: [], careful: [] })
})
