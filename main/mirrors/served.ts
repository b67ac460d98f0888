import { type Endpoint, endpointKey } from './endpoint.ts'
import type { Route } from './route.ts'
import type { RegistryFault } from '../registry/failure.ts'

export interface ServedFailure {
  fault: RegistryFault
  /** The url of the mirror whose it was; absent when it was the registry itself. */
  mirror?: string
  /** The proxy whose doing it was, where that is known. */
  proxy?: string | undefined
  /** What each that was asked said. */
  details: readonly string[]
}

/** One thing that the engine asked for, and who gave it. */
export interface Served {
  /** Ms since the epoch. */
  at: number
  ms: number
  route: Route
  /** By url, in the order in which they came in; several when one failed in the middle. */
  bytes: ReadonlyMap<string, number>
  /** Nobody gave it, or not all of it. */
  failure?: ServedFailure
}

const kept = 200

/** Which endpoint served what, the newest first. */
export class ServedHistory {
  #list: readonly Served[] = []
  readonly #totals = new Map<string, number>()

  get list(): readonly Served[] {
    return this.#list
  }

  /** Bytes that an endpoint has given since the app began. */
  totalOf(endpoint: Pick<Endpoint, 'registry' | 'url'>): number {
    return this.#totals.get(endpointKey(endpoint)) ?? 0
  }

  add(served: Served): void {
    this.#list = [served, ...this.#list].slice(0, kept)
    const { registry } = served.route
    for (const [url, bytes] of served.bytes) {
      const key = endpointKey({ registry, url })
      this.#totals.set(key, (this.#totals.get(key) ?? 0) + bytes)
    }
  }
}
