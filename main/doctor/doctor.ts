import { AppError, type AppStatus, type DoctorApi, type Finding } from '#api'
import type { HostCheck, Machine, VmError } from '#vm'
import { toMachineError } from '../machine/errors.ts'
import { guestProgram, judgeDisk, parseGuestFacts } from './guest-disk.ts'
import { explainConsole } from './signatures.ts'

const guestMs = 20_000
const consoleLines = 400

export interface DoctorParts {
  machine: Pick<Machine, 'disk' | 'exec' | 'serialTail'>
  status(): AppStatus
  examineHost(): Promise<Record<HostCheck, VmError | undefined>>
  /** Its proxies and authorities. */
  examineNetwork(): Promise<Finding[]>
}

/** Looks at everything that is known to go wrong: the computer, the chain to the engine, the guest. */
export class Doctor implements DoctorApi {
  readonly #parts: DoctorParts

  constructor(parts: DoctorParts) {
    this.#parts = parts
  }

  async examine(): Promise<Finding[]> {
    const status = this.#parts.status()
    return [
      ...(await this.#examineHost(status)),
      ...(await this.#parts.examineNetwork()),
      ...status.health.map(toLinkFinding),
      ...(await this.#readConsole()),
      ...(await this.#askGuest(status)),
      ...toRepairFindings(status),
    ]
  }

  async #examineHost(status: AppStatus): Promise<Finding[]> {
    const found = await this.#parts.examineHost()
    const disk = await this.#parts.machine.disk().catch(() => undefined)
    const judge = (check: HostCheck): Finding => {
      const error = found[check]
      if (!error) return { check, state: 'ok' }
      const state = error.code === 'host-disk-low' ? 'note' : 'wrong'
      return { check, state, error: toMachineError(error).toShape() }
    }
    return [
      judge('qemu'),
      toAccelFinding(status),
      judge('image'),
      { ...judge('disk'), ...(disk && { evidence: [disk.path] }) },
      judge('room'),
    ]
  }

  async #readConsole(): Promise<Finding[]> {
    const lines = await this.#parts.machine.serialTail(consoleLines)
    const found = explainConsole(lines)
    if (found.length === 0) return [{ check: 'console', state: 'ok' }]
    return found.map((one) => ({ check: 'console', ...one }))
  }

  async #askGuest({ outOfMemory }: AppStatus): Promise<Finding[]> {
    const memory: Finding = outOfMemory
      ? {
          ...{ check: 'guestMemory', state: 'note' },
          error: new AppError('guest-out-of-memory', { said: outOfMemory.killed }).toShape(),
        }
      : { check: 'guestMemory', state: 'ok' }
    try {
      const signal = AbortSignal.timeout(guestMs)
      const { stdout } = await this.#parts.machine.exec(['sh', '-c', guestProgram], { signal })
      const facts = parseGuestFacts(String(stdout))
      const disk = judgeDisk(facts)
      return [
        disk
          ? { check: 'guestDisk', state: disk.state, error: disk.error.toShape() }
          : { check: 'guestDisk', state: 'ok' },
        memory,
      ]
    } catch {
      // Why it cannot be asked stands with the links.
      return (['guestDisk', 'guestMemory'] as const).map((check) => ({
        ...{ check, state: 'skipped' },
      }))
    }
  }
}

function toRepairFindings({ vm, repairs = [] }: AppStatus): Finding[] {
  if (!vm) return [{ check: 'repairs', state: 'skipped' }]
  if (repairs.length === 0) return [{ check: 'repairs', state: 'ok' }]
  return repairs.map((error) => ({ check: 'repairs', state: 'note', error }))
}

function toAccelFinding({ accel, slow }: AppStatus): Finding {
  if (accel === '') return { check: 'accel', state: 'skipped' }
  if (!slow) return { check: 'accel', state: 'ok' }
  return { check: 'accel', state: 'note', error: new AppError('accel-slow').toShape() }
}

function toLinkFinding({ link, state, error, mended }: AppStatus['health'][number]): Finding {
  if (state === 'unknown') return { check: link, state: 'skipped' }
  if (state !== 'ok') return { check: link, state: 'wrong', ...(error && { error }) }
  const told = error ?? mended
  return told ? { check: link, state: 'note', error: told } : { check: link, state: 'ok' }
}
