import { expect, test } from 'vitest'
import type { MachineStatus } from '#api'
import { findWaiting, whenCounts } from '../../../../renderer/machine/limit-changes.ts'

const vm: MachineStatus = {
  ...{ pid: 1, sshPort: 1, cpus: 2, memoryMiB: 2048, swapMiB: 1024, diskGiB: 64 },
  live: {
    cpus: { min: 1, max: 8 },
    memoryMiB: { min: 1024, max: 4096 },
    diskGiB: { min: 64 },
  },
}

test.each([
  ['cpus', 8, 'now'],
  ['cpus', 9, 'next'],
  ['memoryMiB', 1024, 'now'],
  ['memoryMiB', 4097, 'next'],
  ['swapMiB', 0, 'now'],
  ['diskGiB', 100, 'now'],
  ['diskGiB', 63, 'next'],
] as const)('%s of %i counts %s', (key, value, when) => {
  expect(whenCounts(vm, key, value)).toBe(when)
})

test('what is set and not so is on its way, or waits for the next start', () => {
  const settings = { cpus: 9, memoryMiB: 1536, swapMiB: 1024, diskGiB: 64 }
  expect(findWaiting(vm, settings)).toEqual({ next: ['cpus'], underWay: ['memoryMiB'] })
})
