import { expect, test } from 'vitest'
import type { ReclaimKind, ReclaimRun, ReclaimStep } from '#api'
import { toFreed } from '../../../../renderer/views/reclaim/steps.ts'

const step = (kind: ReclaimKind, bytes: number): ReclaimStep => ({
  ...{ kind, bytes, state: 'doing', done: 0, of: 0, kept: 0 },
})
const run = (...steps: ReclaimStep[]): ReclaimRun => ({ steps, before: { disk: 100 } })

test('what has come back is told of the disk, whatever comes back of memory', () => {
  expect(toFreed(run(step('build-cache', 0), step('caches', 0)))).toEqual({
    ...{ frees: 'disk', bytes: 0 },
  })
  expect(toFreed(run(step('logs', 4), step('trim', 3), step('caches', 9)))).toEqual({
    ...{ frees: 'disk', bytes: 7 },
  })
})

test('of memory where nothing of the disk is done, and not as nothing', () => {
  expect(toFreed(run(step('caches', 9)))).toEqual({ frees: 'memory', bytes: 9 })
  expect(toFreed(run(step('caches', 0)))).toBeUndefined()
})

test('is not known before the first word of it', () => {
  expect(toFreed(undefined)).toBeUndefined()
})
