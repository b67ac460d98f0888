import { abortReason, settled, untilAborted } from './waiting.ts'

/** The starts of one machine: one at a time, which whoever asks meanwhile joins. */
export interface Starts {
  /**
   * Resolves with whether the machine runs then.
   * @param adoptOnly boots nothing.
   * @param signal whoever waits leaves; once the last one has left, the start itself is given up.
   */
  begin(adoptOnly: boolean, signal?: AbortSignal): Promise<boolean>
  /** Ends what is under way, and resolves once it is over. */
  giveUp(reason: Error): Promise<void>
}

export interface StartsParts {
  /** Throws when nothing may be started. */
  assertAllowed(): void
  /** What has to be over first. */
  busy(): Promise<unknown> | undefined
  isRunning(): boolean
  start(adoptOnly: boolean, signal: AbortSignal): Promise<boolean>
}

interface Starting {
  promise: Promise<boolean>
  abort: AbortController
  adoptOnly: boolean
  /** Once the last of those who wait for it has left, it is given up. */
  callers: number
}

export function createStarts(parts: StartsParts): Starts {
  let starting: Starting | undefined
  return {
    /** What it finds is looked at again after each wait, and nothing is waited for between the last look and the start. */
    async begin(adoptOnly, signal) {
      for (;;) {
        signal?.throwIfAborted()
        parts.assertAllowed()
        const busy = parts.busy()
        const under = starting
        if (busy) await settled(busy, signal)
        else if (parts.isRunning()) return true
        else if (!under) break
        else if (!under.abort.signal.aborted && (adoptOnly || !under.adoptOnly)) {
          return join(under, signal)
        } else await settled(under.promise, signal)
      }
      const abort = new AbortController()
      const promise = parts.start(adoptOnly, abort.signal).finally(() => (starting = undefined))
      starting = { promise, abort, adoptOnly, callers: 0 }
      return join(starting, signal)
    },
    async giveUp(reason) {
      starting?.abort.abort(reason)
      await starting?.promise.catch(() => undefined)
    },
  }
}

async function join(starting: Starting, signal?: AbortSignal): Promise<boolean> {
  starting.callers++
  if (!signal) return starting.promise
  try {
    return await untilAborted(starting.promise, signal)
  } catch (error) {
    if (!signal.aborted || --starting.callers > 0) throw error
    starting.abort.abort(abortReason(signal))
    return starting.promise
  }
}
