import type { Context } from './context.ts'
import type { StopReport } from './machine.ts'
import { removeRuntime } from './qemu/runtime.ts'
import type { QemuProcess } from './qemu/qemu-process.ts'
import { pause } from './waiting.ts'

/** Between two presses of the power button: a guest that is still booting does not hear the first. */
const pressEveryMs = 8000
/** QEMU gets this long to write back and end by itself once told to quit. */
const quitMs = 5000

export interface StopOptions {
  graceMs: number
  /** The second way to tell the guest, once the button has not helped. */
  powerOff?: () => Promise<unknown>
}

/**
 * Powers the guest off; after `graceMs` tells QEMU to quit, and ends it by force if even that does not help.
 * Afterwards neither the process nor its runtime file is left.
 */
export async function endQemu(
  { config, files }: Context,
  qemu: QemuProcess,
  options: StopOptions,
): Promise<StopReport> {
  const began = performance.now()
  const over = new AbortController()
  const isOver = (ms: number) =>
    Promise.race([
      qemu.ended.then(() => true),
      pause(ms, over.signal).then(
        () => false,
        () => false,
      ),
    ])
  try {
    const graceful = options.graceMs > 0 && (await pressPower(qemu, options, isOver))
    if (!graceful) {
      config.log('stop-forced', { afterMs: Math.round(performance.now() - began) })
      await qemu.execute('quit').catch(() => undefined)
      if (!(await isOver(quitMs))) {
        await qemu.kill()
        await qemu.ended
      }
    }
    await removeRuntime(files.runtime)
    return { graceful, ms: Math.round(performance.now() - began) }
  } finally {
    over.abort()
    await qemu[Symbol.asyncDispose]()
  }
}

async function pressPower(
  qemu: QemuProcess,
  options: StopOptions,
  isOver: (ms: number) => Promise<boolean>,
): Promise<boolean> {
  const until = performance.now() + options.graceMs
  for (let press = 0; ; press++) {
    // A guest that waits for space on the host's disk cannot shut down; let it try once more.
    await qemu.execute('cont').catch(() => undefined)
    await qemu.execute('system_powerdown').catch(() => undefined)
    if (press > 0) void options.powerOff?.().catch(() => undefined)
    const left = until - performance.now()
    if (left <= 0) return false
    if (await isOver(Math.min(pressEveryMs, left))) return true
  }
}
