import type { MachineStatus, Settings } from '#api'

export const limitKeys = ['cpus', 'memoryMiB', 'swapMiB', 'diskGiB'] as const
export type LimitKey = (typeof limitKeys)[number]
export type MachineLimits = Pick<Settings, LimitKey>

/** When a limit of the machine that runs counts: at once, or when it starts next. */
export function whenCounts(vm: MachineStatus, key: LimitKey, value: number): 'now' | 'next' {
  // The swap is a file of the guest.
  if (key === 'swapMiB') return 'now'
  if (key === 'diskGiB') return value >= vm.live.diskGiB.min ? 'now' : 'next'
  const { min, max } = vm.live[key]
  return value >= min && value <= max ? 'now' : 'next'
}

/** What is set and the running machine does not have: for its next start, or on its way. */
export function findWaiting(
  vm: MachineStatus,
  settings: MachineLimits,
): { next: LimitKey[]; underWay: LimitKey[] } {
  const waiting = limitKeys.filter((key) => vm[key] !== settings[key])
  const isNow = (key: LimitKey) => whenCounts(vm, key, settings[key]) === 'now'
  return { next: waiting.filter((key) => !isNow(key)), underWay: waiting.filter(isNow) }
}
