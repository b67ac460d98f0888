import type { Claim } from '../claim.ts'
import type { Context } from '../context.ts'
import { VmError } from '../errors.ts'
import type { Machine } from '../machine.ts'
import { checkMove, moveDisk, type MoveOptions } from './move.ts'

/** Moves the disk of one machine, one move at a time. */
export interface Mover extends AsyncDisposable {
  /** While it is, nothing may be started. */
  readonly isMoving: boolean
  /** Ends a move that is under way, whose lock a stop would give away: it is undone, unless it is decided already. */
  undo(): Promise<void>
  move: Machine['moveDisk']
}

/** @param stop ends the machine, whoever started it. Disposing undoes a move that is under way. */
export function createMover(context: Context, claim: Claim, stop: () => Promise<unknown>): Mover {
  let moving: { over: Promise<unknown>; abort: AbortController } | undefined

  const moveStopped = async (folder: string, options: MoveOptions) => {
    options.onProgress({ step: 'check' })
    // What can be known is said while everything still runs.
    await checkMove(context, folder)
    options.signal.throwIfAborted()
    options.onProgress({ step: 'stop' })
    await stop()
    await claim.take()
    try {
      await moveDisk(context, folder, options)
    } finally {
      await claim.giveBack()
    }
  }
  const undo = async () => {
    moving?.abort.abort(new VmError('disk-move-stopped'))
    await moving?.over
  }
  return {
    get isMoving() {
      return moving !== undefined
    },
    async move(folder, { signal, onProgress = () => undefined } = {}) {
      if (moving) throw new VmError('disk-moving')
      const abort = new AbortController()
      const { promise: over, resolve } = Promise.withResolvers<undefined>()
      moving = { over, abort }
      const both = signal ? AbortSignal.any([signal, abort.signal]) : abort.signal
      const into = folder === '' ? context.config.folder : folder
      try {
        await moveStopped(into, { signal: both, onProgress })
      } finally {
        moving = undefined
        resolve(undefined)
      }
    },
    undo,
    [Symbol.asyncDispose]: undo,
  }
}
