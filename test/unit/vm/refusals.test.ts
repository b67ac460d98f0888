import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRefusals } from '../../../vm/refusals.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

function collect() {
  const told: string[] = []
  return { told, refusals: createRefusals((reason) => told.push(reason)) }
}

test('the same reason is told once, and again after a minute', () => {
  const { told, refusals } = collect()
  for (let count = 0; count < 46; count++) {
    refusals.note(count % 2 === 0 ? 'hung up' : 'no such file')
    vi.advanceTimersByTime(300)
  }
  expect(told).toEqual(['hung up', 'no such file'])
  vi.advanceTimersByTime(60_000)
  refusals.note('hung up')
  refusals.note('hung up')
  expect(told).toEqual(['hung up', 'no such file', 'hung up'])
})

test('what is refused after a change is news', () => {
  const { told, refusals } = collect()
  refusals.note('hung up')
  refusals.forget()
  refusals.note('hung up')
  refusals.note('hung up')
  expect(told).toEqual(['hung up', 'hung up'])
})
