import { expect, it } from 'vitest'
import { OwnChanges } from '../../../../main/folders/own-changes.ts'

it('knows its own last change by the time that the host stamped it with', () => {
  const own = new OwnChanges()
  const fromMs = Date.now()
  own.note('/f', fromMs)
  expect(own.isOwn('/f', { ctimeMs: fromMs })).toBe(true)
  expect(own.isOwn('/f', { ctimeMs: fromMs - 30 })).toBe(true)
  expect(own.isOwn('/f', { ctimeMs: Date.now() + 1 })).toBe(false)
  expect(own.isOwn('/g', { ctimeMs: fromMs })).toBe(false)
})

it('knows what it removed', () => {
  const own = new OwnChanges()
  expect(own.isOwn('/f', undefined)).toBe(false)
  own.note('/f', Date.now())
  expect(own.isOwn('/f', undefined)).toBe(true)
})

it('keeps the newest only', () => {
  const own = new OwnChanges()
  const fromMs = Date.now()
  for (let index = 0; index < 50_000; index++) own.note(`/${index}`, fromMs)
  expect(own.isOwn('/0', { ctimeMs: fromMs })).toBe(false)
  expect(own.isOwn('/49999', { ctimeMs: fromMs })).toBe(true)
})
