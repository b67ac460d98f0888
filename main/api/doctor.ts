import type { ErrorShape } from './errors.ts'
import type { HealthLink } from './status.ts'

export const hostChecks = [
  'qemu',
  'accel',
  'image',
  'disk',
  'room',
  'proxy',
  'authorities',
] as const
export const guestChecks = ['console', 'guestDisk', 'guestMemory', 'repairs'] as const
/** The names of what is looked at; a link of the chain is one of them. */
export type CheckName = (typeof hostChecks)[number] | (typeof guestChecks)[number] | HealthLink

/** One thing that was looked at. */
export interface Finding {
  check: CheckName
  /** `note`: it works, and there is something to be known. `skipped`: it can only be seen while the machine runs. */
  state: 'ok' | 'note' | 'wrong' | 'skipped'
  /** What is wrong, and what to do about it. */
  error?: ErrorShape
  /** Lines of a log that show it. */
  evidence?: string[]
}

export interface DoctorApi {
  /** Looks at everything once, and changes nothing. */
  examine(): Promise<Finding[]>
}
