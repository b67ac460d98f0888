import { setTimeout as delay } from 'node:timers/promises'

/**
 * Runs `work` with a signal that is also aborted after `timeoutMs` with `onTimeout()` as its reason, and in any case
 * once this has settled, so that nothing of `work` goes on behind its back.
 */
export async function withDeadline<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  onTimeout: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController()
  const timer = setTimeout(() => {
    deadline.abort(onTimeout())
  }, timeoutMs)
  const both = signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal
  try {
    return await untilAborted(work(both), both)
  } finally {
    clearTimeout(timer)
    deadline.abort(new Error('over'))
  }
}

/** Settles as `promise` does, or rejects with the signal's reason as soon as it is aborted. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  promise.catch(() => undefined)
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => {
    reject(abortReason(signal))
  }
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** Waits until `promise` has settled, however; rejects when the signal is aborted before. */
export async function settled(promise: Promise<unknown>, signal?: AbortSignal): Promise<void> {
  const quiet = promise.catch(() => undefined)
  await (signal ? untilAborted(quiet, signal) : quiet)
}

/** Waits `ms`; rejects with the signal's own reason when it is aborted before. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch {
    throw abortReason(signal)
  }
}

/** Calls `attempt` until it succeeds, `everyMs` after each failure. `isFinal` errors end it at once. */
export async function retry<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  options: { everyMs: number; signal: AbortSignal; isFinal?: (error: unknown) => boolean },
): Promise<T> {
  for (;;) {
    options.signal.throwIfAborted()
    try {
      return await attempt(options.signal)
    } catch (error) {
      if (options.signal.aborted) throw abortReason(options.signal)
      if (options.isFinal?.(error)) throw error
      await pause(options.everyMs, options.signal)
    }
  }
}

/** 0, 100, 200, 400 … ms, at most `maxMs`: the first retry comes at once. */
export function backoffMs(attempt: number, maxMs = 2000): number {
  return attempt === 0 ? 0 : Math.min(maxMs, 50 * 2 ** Math.min(attempt, 20))
}

export function abortReason(signal: AbortSignal): Error {
  const reason: unknown = signal.reason
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason })
}
