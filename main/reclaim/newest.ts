import type { Push } from '#api'

/** Gives a reader the newest of what is told whenever it is ready for it; whoever tells never waits. */
export interface Newest<T> {
  tell(item: T): void
  /** Resolves once the reader has taken all, or has left. */
  taken(): Promise<void>
}

export function createNewest<T>(push: Push<T>): Newest<T> {
  let next: { item: T } | undefined
  let giving: Promise<void> | undefined
  const give = async () => {
    while (next) {
      const { item } = next
      next = undefined
      await push(item)
    }
    giving = undefined
  }
  return {
    tell(item) {
      next = { item }
      giving ??= give()
    },
    taken: () => giving ?? Promise.resolve(),
  }
}
