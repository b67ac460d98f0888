import { type Listener, toKey } from './listener.ts'

/** Who wants to listen where. Of several that want the same place, the one that came first has it. */
export class Claims {
  readonly #byOwner = new Map<string, ReadonlySet<string>>()
  /** Place → owner → listener, in the order in which they came. */
  readonly #byKey = new Map<string, Map<string, Listener>>()

  /**
   * From now on an owner wants exactly these.
   * @returns the places about which something may have changed
   */
  want(owner: string, listeners: readonly Listener[]): string[] {
    const before = this.#byOwner.get(owner) ?? new Set<string>()
    const now = new Set<string>()
    for (const listener of listeners) {
      const key = toKey(listener)
      if (now.has(key)) continue
      now.add(key)
      const claims = this.#byKey.get(key) ?? new Map<string, Listener>()
      this.#byKey.set(key, claims.set(owner, listener))
    }
    for (const key of before.difference(now)) {
      const claims = this.#byKey.get(key)
      claims?.delete(owner)
      if (claims?.size === 0) this.#byKey.delete(key)
    }
    if (now.size > 0) this.#byOwner.set(owner, now)
    else this.#byOwner.delete(owner)
    return [...before.union(now)]
  }

  /** What is to listen at a place. */
  get(key: string): Listener | undefined {
    return this.#byKey.get(key)?.values().next().value
  }

  keys(): Iterable<string> {
    return this.#byKey.keys()
  }

  ownersOf(key: string): Iterable<string> {
    return this.#byKey.get(key)?.keys() ?? []
  }
}
