import { z } from 'zod'
import { pause, untilAborted } from '../waiting.ts'
import type { Monitor } from '../qemu/hostfwd.ts'
import type { QmpEvent } from '../qemu/qmp.ts'
import { memoryDevice, type MemoryPlan, splitMemory } from './memory-plan.ts'

const mebibyte = 1024 ** 2
/** A guest that gives or takes memory tells of each step; one that says nothing for so long is at its end. */
const stillMs = 5000

/** QEMU's control link, as much of it as is needed here. */
export interface MemoryMonitor extends Monitor {
  onEvent(listener: (event: QmpEvent) => void): () => void
}

/** What QEMU tells when the guest has given or taken memory, once a second at most. */
export const memoryEvents: ReadonlySet<string> = new Set([
  'BALLOON_CHANGE',
  'MEMORY_DEVICE_SIZE_CHANGE',
])

/** What the guest has just now, in MiB; `wantedMiB` when it is that but for what is no whole block. */
export async function readMemory(
  monitor: Monitor,
  plan: MemoryPlan,
  wantedMiB: number,
): Promise<number> {
  const { leaveMiB, plugMiB } = splitMemory(plan, wantedMiB)
  const has = await readExactly(monitor, plan)
  return has === leaveMiB + plugMiB ? wantedMiB : has
}

async function readExactly(monitor: Monitor, { pluggableMiB }: MemoryPlan): Promise<number> {
  const left = z.object({ actual: z.number() }).parse(await monitor.execute('query-balloon'))
  const path = `/machine/peripheral/${memoryDevice}`
  const plugged =
    pluggableMiB === 0
      ? 0
      : z.number().parse(await monitor.execute('qom-get', { path, property: 'size' }))
  return Math.round((left.actual + plugged) / mebibyte)
}

/**
 * Gives the guest memory or takes it, and waits until it is there or nothing moves any more; what could not be had then
 * follows later, as the guest lets go of it.
 * @returns what was reached, in MiB
 */
export async function setMemory(
  monitor: MemoryMonitor,
  plan: MemoryPlan,
  { wantedMiB, signal }: { wantedMiB: number; signal: AbortSignal },
): Promise<number> {
  const { leaveMiB, plugMiB } = splitMemory(plan, wantedMiB)
  let moved = Promise.withResolvers<undefined>()
  const stop = monitor.onEvent(({ name }) => {
    if (!memoryEvents.has(name)) return
    moved.resolve(undefined)
    moved = Promise.withResolvers()
  })
  try {
    if (plan.pluggableMiB > 0) {
      const path = `/machine/peripheral/${memoryDevice}`
      const value = plugMiB * mebibyte
      await monitor.execute('qom-set', { path, property: 'requested-size', value })
    }
    await monitor.execute('balloon', { value: leaveMiB * mebibyte })
    for (;;) {
      const next = moved.promise.then(() => true)
      const reached = await readMemory(monitor, plan, wantedMiB)
      if (reached === wantedMiB) return reached
      if (!(await untilAborted(soon(next, signal), signal))) return reached
    }
  } finally {
    stop()
  }
}

/** Whether something moves within the time of a guest that is at it. */
async function soon(next: Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  const over = new AbortController()
  const still = pause(stillMs, AbortSignal.any([signal, over.signal])).then(
    () => false,
    () => false,
  )
  try {
    return await Promise.race([next, still])
  } finally {
    over.abort()
  }
}
