export interface Frame {
  /** Has the work done once, at the next frame, however often it is asked for. */
  ask: () => void
  /** Has it done at once. */
  now: () => void
  cancel: () => void
}

/** In a hidden window no frame comes; the work is then done all the same, this seldom. */
const hiddenPauseMs = 500

/** Work that is worth doing at most once a frame. */
export function createFrame(work: () => void): Frame {
  let cancelPending: (() => void) | undefined
  const cancel = () => {
    cancelPending?.()
    cancelPending = undefined
  }
  const now = () => {
    cancel()
    work()
  }
  const ask = () => {
    cancelPending ??= schedule(now)
  }
  return { ask, now, cancel }
}

function schedule(work: () => void): () => void {
  // A frame that was asked for while the window showed must not be lost when it hides: the slower of the two waits.
  const timer = setTimeout(work, hiddenPauseMs)
  const frame = typeof requestAnimationFrame === 'function' ? requestAnimationFrame(work) : 0
  const soon = frame === 0 ? setTimeout(work, 0) : undefined
  return () => {
    clearTimeout(timer)
    clearTimeout(soon)
    if (frame !== 0) cancelAnimationFrame(frame)
  }
}
