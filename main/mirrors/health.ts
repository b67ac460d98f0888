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

const healthy: EndpointHealth = { restsUntil: 0, failures: 0, faults: [] }

/** How each endpoint has been lately. One that fails rests, longer each time, and is asked again after that. */
export class Health {
  readonly #known = new Map<string, EndpointHealth>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  of(url: string): EndpointHealth {
    return this.#known.get(url) ?? healthy
  }

  /** Those who rest come last, the one that rests shortest first: they are better than nobody. */
  sort<T extends { url: string }>(endpoints: readonly T[]): T[] {
    const now = this.#now()
    const restOf = ({ url }: T) => Math.max(0, this.of(url).restsUntil - now)
    return endpoints.toSorted((a, b) => restOf(a) - restOf(b))
  }

  /** It has done what was asked of it. */
  good(url: string): void {
    const before = this.of(url)
    if (before.failures === 0 && before.restsUntil === 0) return
    // What it does well beside that is no reason to ask it again before its time.
    if (before.restsUntil > this.#now() && sternFaults.has(before.faults[0]?.fault)) return
    this.#known.set(url, { ...before, failures: 0, restsUntil: 0 })
  }

  bad(url: string, failure: RegistryFailure): void {
    if (harmless.has(failure.fault)) return
    const now = this.#now()
    const before = this.of(url)
    const failures = before.failures + 1
    const fault = { fault: failure.fault, detail: failure.message, at: now }
    this.#known.set(url, {
      failures,
      restsUntil: now + restMs(failure, failures),
      faults: [fault, ...before.faults].slice(0, keptFaults),
    })
  }

  /** It may be asked at once: its user has looked after it. */
  forgive(url: string): void {
    this.#known.set(url, { ...this.of(url), failures: 0, restsUntil: 0 })
  }
}

function restMs({ fault, retryAfterMs }: RegistryFailure, failures: number): number {
  if (fault === 'lied') return liarRestMs
  const grown = Math.min(longestRestMs, shortestRestMs * 2 ** (failures - 1))
  return retryAfterMs === undefined ? grown : Math.min(longestRestMs, Math.max(grown, retryAfterMs))
}
