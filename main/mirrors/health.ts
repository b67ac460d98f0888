import { type Endpoint, endpointKey } from './endpoint.ts'
import { type RegistryFailure, type RegistryFault, wayFaults } from '../registry/failure.ts'

/** What went wrong with an endpoint, and when. */
export interface EndpointFault {
  fault: RegistryFault
  detail: string
  /** The proxy whose doing it was, where that is known. */
  proxy: string | undefined
  at: number
  /** It rests for it until then. */
  until: number
}

export interface EndpointHealth {
  /** Not asked before this, while others can be: ms since the epoch. */
  restsUntil: number
  /** Those in a row that it has not made good, the one that lasts longest first. */
  row: readonly EndpointFault[]
  /** All that is remembered, the newest first. */
  faults: readonly EndpointFault[]
}

/** Says nothing of an endpoint: it lacks an image, or does not give it to us. */
const harmless: ReadonlySet<RegistryFault> = new Set(['absent', 'denied'])
/** What is not made good by another question that was under way. */
const sternFaults: ReadonlySet<RegistryFault> = new Set(['lied', 'limited'])
const shortestRestMs = 10_000
const longestRestMs = 5 * 60_000
/** Whoever gives wrong bytes is not asked again for a while, however seldom it does. */
const liarRestMs = 30 * 60_000
const keptFaults = 20

type Named = Pick<Endpoint, 'registry' | 'url'>

const healthy: EndpointHealth = { restsUntil: 0, row: [], faults: [] }

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
    if (before.row.length === 0) return
    // What it does well beside that is no reason to ask it again before its time.
    const now = this.#now()
    if (before.row.some(({ fault, until }) => sternFaults.has(fault) && until > now)) return
    this.#known.set(endpointKey(endpoint), { ...before, row: [], restsUntil: 0 })
  }

  bad(endpoint: Named, failure: RegistryFailure): void {
    if (harmless.has(failure.fault)) return
    const now = this.#now()
    const before = this.of(endpoint)
    const { fault, message: detail, proxy } = failure
    const until = now + restMs(failure, before.row.length + 1)
    const news = { fault, detail, proxy, at: now, until }
    const faults = [news, ...before.faults].slice(0, keptFaults)
    // A lie is not crowded out by what fails beside it.
    const row = [news, ...before.row].toSorted((a, b) => b.until - a.until).slice(0, keptFaults)
    this.#known.set(endpointKey(endpoint), { restsUntil: untilOf(row), row, faults })
  }

  /** It may be asked at once: its user has looked after it. */
  forgive(endpoint: Named): void {
    this.#known.set(endpointKey(endpoint), { ...this.of(endpoint), row: [], restsUntil: 0 })
  }

  /** There is another way to all of them: nobody rests any more for what may have been that of the way before. */
  forgiveWay(): void {
    for (const [key, before] of this.#known) {
      const row = before.row.filter(({ fault }) => !wayFaults.has(fault))
      this.#known.set(key, { ...before, row, restsUntil: untilOf(row) })
    }
  }
}

/** The longest that anything in a row asks for: what fails while it rests does not make that shorter. */
function untilOf(row: readonly EndpointFault[]): number {
  return Math.max(0, ...row.map(({ until }) => until))
}

function restMs({ fault, retryAfterMs }: RegistryFailure, failures: number): number {
  if (fault === 'lied') return liarRestMs
  const grown = Math.min(longestRestMs, shortestRestMs * 2 ** (failures - 1))
  return retryAfterMs === undefined ? grown : Math.min(longestRestMs, Math.max(grown, retryAfterMs))
}
