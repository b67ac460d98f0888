import { type Endpoint, endpointKey } from './endpoint.ts'
import type { RegistryFailure, RegistryFault } from '../registry/failure.ts'

/** What went wrong with an endpoint, and when. */
interface EndpointFault {
  fault: RegistryFault
  detail: string
  at: number
}

export interface EndpointHealth {
  /** Not asked before this, while others can be: ms since the epoch. */
  restsUntil: number
  /** In a row. */
  failures: number
  /** The newest first. */
  faults: readonly EndpointFault[]
}

/** Says nothing of an endpoint: it lacks an image, or does not give it to us. */
const harmless: ReadonlySet<RegistryFault> = new Set(['absent', 'denied'])
/** What is not made good by another question that was under way. */
const sternFaults: ReadonlySet<RegistryFault | undefined> = new Set(['lied', 'limited'])
const shortestRestMs = 10_000
const longestRestMs = 5 * 60_000
/** Whoever gives wrong bytes is not asked again for a while, however seldom it does. */
const liarRestMs = 30 * 60_000
const keptFaults = 20

type Named = Pick<Endpoint, 'registry' | 'url'>

const healthy: EndpointHealth = { restsUntil: 0, failures: 0, faults: [] }

/** How each endpoint has been lately. One that fails rests, longer each time, and is asked again after that. */
export class Health {
  readonly #known = new Map<string, EndpointHealth>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  of(endpoint: Named): EndpointHealth {
    return this.#known.get(endpointKey(endpoint)) ?? healthy
  }

  /** Those who rest come last, the one that rests shortest first: they are better than nobody. */
  sort<T extends Named>(endpoints: readonly T[]): T[] {
    const now = this.#now()
    const restOf = (endpoint: T) => Math.max(0, this.of(endpoint).restsUntil - now)
    return endpoints.toSorted((a, b) => restOf(a) - restOf(b))
  }

  /** It has done what was asked of it. */
  good(endpoint: Named): void {
    const before = this.of(endpoint)
    if (before.failures === 0 && before.restsUntil === 0) return
    // What it does well beside that is no reason to ask it again before its time.
    if (before.restsUntil > this.#now() && sternFaults.has(before.faults[0]?.fault)) return
    this.#known.set(endpointKey(endpoint), { ...before, failures: 0, restsUntil: 0 })
  }

  bad(endpoint: Named, failure: RegistryFailure): void {
    if (harmless.has(failure.fault)) return
    const now = this.#now()
    const before = this.of(endpoint)
    const failures = before.failures + 1
    const fault = { fault: failure.fault, detail: failure.message, at: now }
    this.#known.set(endpointKey(endpoint), {
      failures,
      restsUntil: now + restMs(failure, failures),
      faults: [fault, ...before.faults].slice(0, keptFaults),
    })
  }

  /** It may be asked at once: its user has looked after it. */
  forgive(endpoint: Named): void {
    this.#known.set(endpointKey(endpoint), { ...this.of(endpoint), failures: 0, restsUntil: 0 })
  }
}

function restMs({ fault, retryAfterMs }: RegistryFailure, failures: number): number {
  if (fault === 'lied') return liarRestMs
  const grown = Math.min(longestRestMs, shortestRestMs * 2 ** (failures - 1))
  return retryAfterMs === undefined ? grown : Math.min(longestRestMs, Math.max(grown, retryAfterMs))
}
