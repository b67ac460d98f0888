import { isLoopbackRegistry } from '../registry/base-url.ts'
import type { RegistryClient, RegistryRequest } from '../registry/client.ts'
import type { Deadlines, Exchange } from '../registry/exchange.ts'
import { toFailure } from '../registry/failure.ts'
import { type Endpoint, impatient, patient } from './endpoint.ts'
import type { Health } from './health.ts'
import { PullFailure, worst } from './pull-failure.ts'
import type { Route } from './route.ts'

export interface PullSourceParts {
  client: RegistryClient
  health: Health
  /** All that may be asked for a registry's images, the best first, the registry itself among them. */
  endpointsOf(registry: string): readonly Endpoint[]
  /** While there is another place to go to; by default what the engine's user can bear. */
  impatient?: Deadlines
  /** An endpoint's health has changed. */
  onHealth?: () => void
}

/** What is asked of an endpoint; `path` stands below its base. */
export type Question = Pick<RegistryRequest, 'method' | 'headers' | 'signal'> & { route: Route }

/** Says what of it went wrong, or takes what it gives. A failure is blamed on the endpoint, and the next one is asked. */
export type Use<T> = (answer: Exchange, endpoint: Endpoint) => Promise<T>

/** The endpoints of a registry, asked one after the other until one has given what was wanted. */
export class PullSource {
  readonly #parts: PullSourceParts

  constructor(parts: PullSourceParts) {
    this.#parts = parts
  }

  /** The endpoints for one route in the order in which they are to be asked. */
  candidates({ registry }: Route): Endpoint[] {
    // What the guest calls its own loopback is another computer's than ours.
    if (isLoopbackRegistry(registry)) return []
    return this.#parts.health.sort(this.#parts.endpointsOf(registry))
  }

  /**
   * Asks one endpoint.
   * @param options.isLast there is nobody else to ask: it gets its time
   * @throws {RegistryFailure}
   */
  async ask(
    endpoint: Endpoint,
    { route, method = 'GET', headers = {}, signal }: Question,
    options: { isLast: boolean },
  ): Promise<Exchange> {
    return this.#parts.client.open({
      base: endpoint.base,
      path: `/${route.repository}/${route.kind}/${route.reference}`,
      repository: repositoryAt(endpoint, route),
      ...{ method, headers, signal },
      deadlines: options.isLast ? patient : (this.#parts.impatient ?? impatient),
    })
  }

  /**
   * What the first endpoint gives that gives it.
   * @throws {RegistryFailure} as `worst` chooses
   */
  async first<T>(question: Question, use: Use<T>): Promise<T> {
    const candidates = this.candidates(question.route)
    const failures: PullFailure[] = []
    for (const [index, endpoint] of candidates.entries()) {
      try {
        const isLast = index === candidates.length - 1
        const given = await use(await this.ask(endpoint, question, { isLast }), endpoint)
        this.good(endpoint)
        return given
      } catch (error) {
        question.signal.throwIfAborted()
        failures.push(this.bad(endpoint, error))
      }
    }
    throw worst(failures)
  }

  good(endpoint: Endpoint): void {
    this.#parts.health.good(endpoint)
    this.#parts.onHealth?.()
  }

  bad(endpoint: Endpoint, error: unknown): PullFailure {
    const failure = new PullFailure(endpoint, toFailure(error))
    this.#parts.health.bad(endpoint, failure)
    this.#parts.onHealth?.()
    return failure
  }
}

/** A mirror that keeps images of many registries has a name before each; the token is for the whole name. */
function repositoryAt({ base }: Endpoint, { repository }: Route): string {
  const prefix = base.slice(base.lastIndexOf('/v2') + '/v2'.length).replace(/^\//, '')
  return prefix === '' ? repository : `${prefix}/${repository}`
}
