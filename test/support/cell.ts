import { stream } from '#api'

/** One value that can be watched: its readers get it at once, and again after every change. */
export interface Cell<T> {
  get(): T
  set(next: T): void
  watch(): AsyncIterable<T>
}

export function createCell<T>(initial: T): Cell<T> {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set(next) {
      value = next
      for (const listener of listeners) listener()
    },
    watch: () =>
      stream<T>(
        (push, signal) =>
          new Promise<void>((resolve) => {
            const tell = () => void push(value)
            listeners.add(tell)
            tell()
            signal.addEventListener('abort', () => {
              listeners.delete(tell)
              resolve()
            })
          }),
      ),
  }
}
