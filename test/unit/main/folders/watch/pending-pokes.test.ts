import { expect, it } from 'vitest'
import { PendingPokes } from '../../../../../main/folders/watch/pending-pokes.ts'

it('keeps each path once, and that an entry came or went', () => {
  const pending = new PendingPokes('/r')
  pending.add('/r/a/f', { entries: false })
  pending.add('/r/a/g', { entries: true })
  pending.add('/r/a/f', { entries: true })
  pending.add('/r/a/g', { entries: false })
  expect(pending.take(10)).toEqual([
    { path: '/r/a/f', entries: true, forced: false },
    { path: '/r/a/g', entries: true, forced: false },
  ])
  expect(pending.size).toBe(0)
})

it('stands for many by their folders, and for too many folders by the root', () => {
  const pending = new PendingPokes('/r')
  for (let index = 0; index < 5000; index++) pending.add(`/r/a/${index}`, { entries: true })
  expect(pending.size).toBe(2001)
  expect(pending.take(2001).at(-1)).toEqual({ path: '/r/a', entries: false, forced: true })
  for (let index = 0; index < 5000; index++) pending.add(`/r/${index}/f`, { entries: false })
  expect(pending.size).toBeLessThanOrEqual(4001)
  expect(pending.take(5000).map(({ path }) => path)).toContain('/r')
})
