import { isLoopbackHost } from './base-url.ts'
import { parseChallenges } from './challenge.ts'
import { type Agents, type Deadlines, exchange, leadsIn } from './exchange.ts'
import { failureOfStatus, RegistryFailure } from './failure.ts'
import { readWhole } from './read-whole.ts'

export interface Credentials {
  username: string
  password: string
}

/** What a registry is asked for a token about. */
export interface Wanted {
  /** Of the registry's API. */
  base: string
  /** `repository:<name>:pull`. */
  scope: string
}

export interface TokenOptions {
  agents: Agents
  /** Who we are for whoever answers at this base; nobody when there is none. Asked anew for each header that is made. */
  credentialsFor(base: string): Credentials | undefined | Promise<Credentials | undefined>
}

/** A token is not used up to its last second: the clocks of two computers differ. */
const marginMs = 5000
/** A token that does not say how long it is good: the specification's own default. */
const defaultSeconds = 60
const longestTokenBytes = 64 * 1024

interface Kept {
  header: string
  until: number
}

/**
 * What to show registries, and for how long it is good. Kept in memory only, each for the base and scope that it was
 * asked for, so that none ever reaches another host.
 */
export class Tokens {
  readonly #options: TokenOptions
  readonly #kept = new Map<string, Kept>()
  /** What was asked for before somebody was forgotten is not kept after it. */
  #age = 0

  constructor(options: TokenOptions) {
    this.#options = options
  }

  /** The `authorization` header that was good a moment ago. */
  headerFor(wanted: Wanted): string | undefined {
    const found = this.#kept.get(keyOf(wanted))
    return found && found.until > Date.now() ? found.header : undefined
  }

  /** Who we are has changed: nothing that was given before is shown again. */
  forget(): void {
    this.#age += 1
    this.#kept.clear()
  }

  /**
   * Meets what a registry's 401 asks for; undefined when it cannot be met.
   * @throws {RegistryFailure} of whoever gives out tokens
   */
  async meet(
    wanted: Wanted,
    challenge: string,
    options: { deadlines: Deadlines; signal: AbortSignal },
  ): Promise<string | undefined> {
    const before = this.#kept.get(keyOf(wanted))
    this.#kept.delete(keyOf(wanted))
    const age = this.#age
    const credentials = await this.#credentialsFor(wanted.base, options.signal)
    for (const one of parseChallenges(challenge)) {
      if (one.scheme === 'basic') {
        const header = credentials && toBasic(credentials)
        if (header === undefined || header === before?.header) continue
        return this.#keep(wanted, { header, until: Infinity }, age)
      }
      const url = toTokenUrl(one, wanted.scope)
      // Neither a password nor a question goes where only the registry says so.
      const base = new URL(wanted.base)
      if (!isWeb(url) || leadsIn(base, url) || (credentials && isOverheard(base, url)))
        throw new RegistryFailure('garbled', 'a token is to be had nowhere safe')
      const headers: Record<string, string> = credentials
        ? { authorization: toBasic(credentials) }
        : {}
      const given = await this.#ask(url, { ...options, headers })
      return this.#keep(wanted, given, age)
    }
    return undefined
  }

  /** A keychain may wait for somebody to unlock it; whoever asks waits no longer than they said. */
  async #credentialsFor(base: string, signal: AbortSignal): Promise<Credentials | undefined> {
    signal.throwIfAborted()
    const { promise: left, reject } = Promise.withResolvers<never>()
    const leave = () => reject(signal.reason as Error)
    signal.addEventListener('abort', leave)
    try {
      return await Promise.race([this.#options.credentialsFor(base), left])
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  #keep(wanted: Wanted, kept: Kept, age: number): string {
    if (age !== this.#age) return kept.header
    for (const [key, { until }] of this.#kept) if (until <= Date.now()) this.#kept.delete(key)
    this.#kept.set(keyOf(wanted), kept)
    return kept.header
  }

  async #ask(
    url: URL,
    request: { headers: Record<string, string>; deadlines: Deadlines; signal: AbortSignal },
  ): Promise<Kept> {
    const answer = await exchange(url, { ...request, agents: this.#options.agents })
    const failure = failureOfStatus(answer.status, answer.headers['retry-after'])
    if (failure) {
      answer.discard()
      throw failure
    }
    return toKept(await readWhole(answer, longestTokenBytes))
  }
}

function isWeb({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'http:'
}

/** Whether a password would go to another host than the registry's without being kept from others on the way. */
function isOverheard(base: URL, realm: URL): boolean {
  return (
    realm.protocol === 'http:' &&
    !isLoopbackHost(realm.hostname) &&
    realm.hostname !== base.hostname
  )
}

function keyOf({ base, scope }: Wanted): string {
  return `${base} ${scope}`
}

export function toBasic({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

function toTokenUrl(
  {
    realm,
    service,
    scope,
  }: { realm: string; service: string | undefined; scope: string | undefined },
  wanted: string,
): URL {
  const url = new URL(realm)
  if (service !== undefined) url.searchParams.set('service', service)
  const asked = scope ?? wanted
  if (asked !== '') url.searchParams.set('scope', asked)
  return url
}

function toKept(bytes: Buffer): Kept {
  const answer = parseToken(bytes)
  const token = answer['token'] ?? answer['access_token']
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
    throw new RegistryFailure('garbled', 'no token in the answer')
  const seconds = Number(answer['expires_in'] ?? defaultSeconds)
  const forMs = (Number.isFinite(seconds) ? seconds : defaultSeconds) * 1000
  return { header: `Bearer ${token}`, until: Date.now() + Math.max(forMs - marginMs, forMs / 2) }
}

function parseToken(bytes: Buffer): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(bytes.toString('utf8'))
    if (typeof parsed === 'object' && parsed !== null) return parsed as Record<string, unknown>
  } catch {
    // Told below.
  }
  throw new RegistryFailure('garbled', 'the answer with a token is no JSON')
}
