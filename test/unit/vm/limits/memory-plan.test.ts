import { describe, expect, test } from 'vitest'
import {
  memoryRange,
  memoryWay,
  planMemory,
  splitMemory,
} from '../../../../vm/limits/memory-plan.ts'

describe('the memory of a machine', () => {
  test('is plugged in on Linux and held back by a balloon elsewhere', () => {
    expect(memoryWay('linux')).toBe('virtio-mem')
    for (const platform of ['darwin', 'win32'] as const) expect(memoryWay(platform)).toBe('balloon')
  })

  test.each([
    ['with room', 2048, 31_000, { bootMiB: 2048, pluggableMiB: 14_336 }],
    ['up to what the computer has, in whole blocks', 2048, 4099, { pluggableMiB: 2048 }],
    ['on a computer that has no more', 2048, 2048, { pluggableMiB: 0 }],
    ['that is more than the computer has by now', 4096, 2048, { bootMiB: 4096, pluggableMiB: 0 }],
  ])('is what is wanted, and more can be plugged in: %s', (_, wantedMiB, maxMiB, plan) => {
    expect(planMemory('virtio-mem', { wantedMiB, maxMiB })).toMatchObject(plan)
  })

  test.each([
    ['twice as much', 2048, 31_000, 4096],
    ['what the computer has', 2048, 3000, 3000],
    ['more than the computer has by now', 4096, 2048, 4096],
  ])('is all there from the start for a balloon: %s', (_, wantedMiB, maxMiB, bootMiB) => {
    expect(planMemory('balloon', { wantedMiB, maxMiB })).toMatchObject({ bootMiB, pluggableMiB: 0 })
  })

  test('can be set live down to a GiB and up to all that has a place', () => {
    const plan = planMemory('virtio-mem', { wantedMiB: 2048, maxMiB: 4096 })
    expect(memoryRange(plan)).toEqual({ min: 1024, max: 4096 })
    expect(splitMemory(plan, 1536)).toEqual({ leaveMiB: 1536, plugMiB: 0 })
    expect(splitMemory(plan, 2048)).toEqual({ leaveMiB: 2048, plugMiB: 0 })
    // What is no whole block is left out.
    expect(splitMemory(plan, 3099)).toEqual({ leaveMiB: 2048, plugMiB: 1048 })
  })
})
