import type { MachineLimits } from '#vm'

/** The limits of a machine that never was: whatever is asked is so at once. */
export class FakeLimits implements MachineLimits {
  /** Set, every change is refused with it. */
  refusal: Error | undefined
  applied = 0
  readonly #onApply: () => void

  constructor(onApply: () => void = () => undefined) {
    this.#onApply = onApply
  }

  check(): Promise<void> {
    return this.refusal ? Promise.reject(this.refusal) : Promise.resolve()
  }

  apply(): Promise<void> {
    this.applied += 1
    this.#onApply()
    return Promise.resolve()
  }
}
