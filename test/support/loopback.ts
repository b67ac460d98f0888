import type { Link } from '#api'

/** Two ends of one link in the same process. Messages arrive in a later microtask, as over a wire. */
export function createLoopback(): { near: Link; far: Link; close(): void } {
  const closed = new Set<() => void>()
  let open = true
  const createEnd = () => {
    const listeners = new Set<(text: string) => void>()
    const deliver = (text: string) => {
      queueMicrotask(() => {
        if (open) for (const listener of listeners) listener(text)
      })
    }
    return { listeners, deliver }
  }
  const here = createEnd()
  const there = createEnd()
  const toLink = (own: typeof here, other: typeof here): Link => ({
    send: (text) => other.deliver(text),
    onMessage: (listener) => void own.listeners.add(listener),
    onClose: (listener) => void closed.add(listener),
  })
  return {
    near: toLink(here, there),
    far: toLink(there, here),
    close() {
      if (!open) return
      open = false
      for (const listener of closed) listener()
    },
  }
}
