import { AppError } from '#api'

/** What `df` says of the data disk. */
export const guestProgram = 'df -kP /data; df -iP /data'

export interface GuestFacts {
  /** Of its space, and of its inodes: 0 to 1. */
  used: number
  usedInodes: number
  freeMiB: number
}

export function parseGuestFacts(text: string): GuestFacts {
  const lines = text.trim().split('\n')
  const row = (index: number) => (lines[index] ?? '').split(/\s+/).map(Number)
  const [, size = 0, , free = 0] = row(1)
  const [, inodes = 0, usedInodes = 0] = row(3)
  return {
    used: size > 0 ? 1 - free / size : 0,
    usedInodes: inodes > 0 ? usedInodes / inodes : 0,
    freeMiB: Math.floor(free / 1024),
  }
}

const full = 0.95
const scarce = 0.85

/** What is to be said of the data disk, if anything: at 85 % that it fills, at 95 % that it is full. */
export function judgeDisk(
  facts: GuestFacts,
): { state: 'note' | 'wrong'; error: AppError } | undefined {
  const percent = (part: number) => Math.round(part * 100)
  const { used, usedInodes, freeMiB } = facts
  if (usedInodes >= full)
    return {
      state: 'wrong',
      error: new AppError('guest-inodes-full', { percent: percent(usedInodes) }),
    }
  if (used < scarce) return undefined
  const error = new AppError('guest-disk-low', { percent: percent(used), freeMiB })
  return { state: used >= full ? 'wrong' : 'note', error }
}
