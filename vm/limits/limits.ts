import type { Context } from '../context.ts'
import { findDisk } from '../disk/place.ts'
import { VmError } from '../errors.ts'
import type { Limits, LiveRanges, MachineLimits } from './machine-limits.ts'
import type { Machine } from '../machine.ts'
import { diskSizeGiB } from '../qemu/disk.ts'
import type { Runtime } from '../qemu/runtime.ts'
import type { Session } from '../session.ts'
import { growDisk, readDisk } from './disk-limit.ts'
import { growFileSystem, type GuestMemory, readGuest, setCpus, setSwap } from './guest-limits.ts'
import { memoryRange } from './memory-plan.ts'
import { memoryEvents, type MemoryMonitor, readMemory, setMemory } from './memory.ts'

/**
 * What is left free beyond what is in use when memory is taken, or programs would be ended for want of it; at least as
 * much as the guest's `memory-room` keeps from containers.
 */
const spareMiB = (memoryMiB: number) => Math.max(512, 320 + Math.ceil(memoryMiB / 32))
const patienceMs = 120_000

/** How old what a check saw of the guest may be for what is applied right after it. */
const freshMs = 2000

/** As much of a session as is needed here. */
interface Opened {
  qemu: MemoryMonitor & { runtime: Pick<Runtime, 'mostCpus' | 'memory' | 'diskGiB'> }
}

export interface LimitsParts {
  context: Context
  /** The machine that runs just now. */
  session: () => Opened | undefined
  exec: Machine['exec']
}

/** What can be set while a machine of this kind runs. */
export function liveRanges({ mostCpus, memory, diskGiB }: Opened['qemu']['runtime']): LiveRanges {
  return {
    cpus: { min: 1, max: mostCpus },
    memoryMiB: memoryRange(memory),
    diskGiB: { min: Math.ceil(diskGiB), max: Infinity },
  }
}

export interface OpenLimits extends MachineLimits {
  /**
   * Brings a machine that was just started or taken over to what is configured now, and keeps up with the memory that it
   * gives back late.
   */
  follow(opened: Session, signal: AbortSignal): void
}

/** The limits of one machine; changes are made one after the other. */
export function createLimits({ context, session, exec }: LimitsParts): OpenLimits {
  let last: Promise<unknown> = Promise.resolve()
  const guests = createReadings(exec)
  const check: MachineLimits['check'] = async (wanted) => {
    const { config } = context
    await assertDisk(context, wanted)
    const open = session()
    if (!open || wanted.memoryMiB === undefined || wanted.memoryMiB >= config.memoryMiB) return
    if (wanted.memoryMiB < memoryRange(open.qemu.runtime.memory).min) return
    assertMemory(await guests.read(open), wanted.memoryMiB)
  }
  const apply = async (signal: AbortSignal) => {
    const open = session()
    if (!open) return
    const guest = guests.take(open) ?? (await readGuest(exec, signal))
    await setAll(open, exec, { guest, wanted: wantedOf(context), context, signal })
  }
  const limits: MachineLimits = {
    check,
    apply(signal) {
      const until = AbortSignal.timeout(patienceMs)
      const both = signal ? AbortSignal.any([signal, until]) : until
      const applying = last.then(() => apply(both))
      last = applying.catch(() => undefined)
      return applying
    },
  }
  return {
    ...limits,
    follow({ qemu }, signal) {
      const { board, config } = context
      const tell = async () => {
        const { memory } = qemu.runtime
        const reading = readMemory(qemu, memory, config.memoryMiB)
        const memoryMiB = await reading.catch(() => undefined)
        if (memoryMiB !== undefined && !signal.aborted) board.changeProcess({ memoryMiB })
      }
      const stop = qemu.onEvent(({ name }) => {
        if (memoryEvents.has(name)) void tell()
      })
      signal.addEventListener('abort', stop, { once: true })
      limits.apply(signal).catch((error: unknown) => {
        if (!signal.aborted) config.log('limits-not-applied', { reason: String(error) })
      })
    },
  }
}

function wantedOf({ config }: Context): Limits {
  const { cpus, memoryMiB, swapMiB, diskGiB } = config
  return { cpus, memoryMiB, swapMiB, diskGiB }
}

/** What a check has seen of the guest, for what is applied after it: once, and while it is fresh. */
function createReadings(exec: Machine['exec']) {
  let seen: { open: Opened; guest: GuestMemory; at: number } | undefined
  return {
    async read(open: Opened): Promise<GuestMemory> {
      const guest = await readGuest(exec, AbortSignal.timeout(patienceMs))
      seen = { open, guest, at: performance.now() }
      return guest
    },
    take(open: Opened): GuestMemory | undefined {
      const found = seen
      seen = undefined
      const isFresh = found?.open.qemu === open.qemu && performance.now() - found.at < freshMs
      return isFresh ? found.guest : undefined
    },
  }
}

async function assertDisk({ files }: Context, { diskGiB }: Partial<Limits>): Promise<void> {
  const path = await findDisk(files)
  const has = await diskSizeGiB(path)
  if (diskGiB !== undefined && has !== undefined && diskGiB < has)
    throw new VmError('disk-shrink', { path, haveGiB: Math.ceil(has), wantedGiB: diskGiB })
}

function assertMemory({ usedMiB }: GuestMemory, wantedMiB: number): void {
  const leastMiB = usedMiB + spareMiB(wantedMiB)
  if (wantedMiB < leastMiB) throw new VmError('memory-in-use', { wantedMiB, usedMiB, leastMiB })
}

interface Wanted {
  guest: GuestMemory
  wanted: Limits
  context: Context
  signal: AbortSignal
}

/** What is out of reach while it runs is left for the next start; all else is tried, and the first failure told. */
async function setAll(
  { qemu }: Opened,
  exec: Machine['exec'],
  { guest, wanted, context, signal }: Wanted,
): Promise<void> {
  const { board } = context
  const { memory } = qemu.runtime
  const ranges = liveRanges(qemu.runtime)
  const within = (key: keyof LiveRanges) =>
    wanted[key] >= ranges[key].min && wanted[key] <= ranges[key].max
  const [diskGiB, memoryMiB] = [
    await readDisk(qemu),
    await readMemory(qemu, memory, wanted.memoryMiB),
  ]
  board.changeProcess({ ...{ cpus: guest.cpus, swapMiB: guest.swapMiB }, diskGiB, memoryMiB })
  const failures: unknown[] = []
  const attempt = async (work: () => Promise<Partial<Limits>>) => {
    try {
      board.changeProcess(await work())
    } catch (error) {
      signal.throwIfAborted()
      failures.push(error)
    }
  }
  if (wanted.diskGiB > diskGiB)
    await attempt(async () => {
      await growDisk(qemu, wanted.diskGiB)
      await growFileSystem(exec, signal)
      return { diskGiB: wanted.diskGiB }
    })
  if (wanted.cpus !== guest.cpus && within('cpus'))
    await attempt(async () => {
      await setCpus(exec, wanted.cpus, signal)
      return { cpus: wanted.cpus }
    })
  if (wanted.swapMiB !== guest.swapMiB)
    await attempt(async () => {
      await setSwap(exec, wanted, signal)
      return { swapMiB: wanted.swapMiB }
    })
  if (wanted.memoryMiB !== memoryMiB && within('memoryMiB'))
    await attempt(async () => {
      const wantedMiB = wanted.memoryMiB
      // What a swap held that went is in memory now.
      const isSame = wanted.swapMiB === guest.swapMiB
      if (wantedMiB < memoryMiB)
        assertMemory(isSame ? guest : await readGuest(exec, signal), wantedMiB)
      return { memoryMiB: await setMemory(qemu, memory, { wantedMiB, signal }) }
    })
  if (failures.length > 0) throw failures[0]
}
