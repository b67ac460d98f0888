import { expect, it } from 'vitest'
import { PendingPokes } from '../../../../../main/folders/watch/pending-pokes.ts'

it('tells each path once, and the folder around what came or went', () => {
  const pending = new PendingPokes('/r')
  pending.add('/r/a/f', { entries: false })
  pending.add('/r/a/g', { entries: true })
  pending.add('/r/a/f', { entries: false })
  pending.add('/r', { entries: true })
  expect(pending.take(10)).toEqual(['/r/a/f', '/r/a/g', '/r/a', '/r'])
  expect(pending.size).toBe(0)
})

it('stands for many by their folders, and for too many folders by the root', () => {
  const pending = new PendingPokes('/r')
  for (let index = 0; index < 5000; index++) pending.add(`/r/a/${index}`, { entries: true })
  expect(pending.size).toBeLessThan(2100)
  expect(pending.take(2)).toEqual(['/r/a/0', '/r/a'])
  for (let index = 0; index < 5000; index++) pending.add(`/r/${index}/f`, { entries: false })
  expect(pending.size).toBeLessThan(4100)
  expect(pending.take(5000)).toContain('/r')
})
