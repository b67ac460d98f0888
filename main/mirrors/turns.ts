/** Lets one work at a time, in the order of their coming. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  /** @throws the signal's reason when it is aborted before the turn has come */
  async take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#last
    const { promise: over, resolve: leave } = Promise.withResolvers<undefined>()
    this.#last = before.then(() => over)
    const aborted = Promise.withResolvers<undefined>()
    const onAbort = () => aborted.resolve(undefined)
    signal.addEventListener('abort', onAbort)
    try {
      await Promise.race([before, aborted.promise])
      signal.throwIfAborted()
      return await work()
    } finally {
      signal.removeEventListener('abort', onAbort)
      leave(undefined)
    }
  }
}
