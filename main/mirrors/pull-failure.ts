import { RegistryFailure, type RegistryFault } from '../registry/failure.ts'
import type { Endpoint } from './endpoint.ts'

/** A failure, with whose it is. */
export class PullFailure extends RegistryFailure {
  readonly endpoint: Endpoint
  /** All that has failed until it was given up, in that order, this among them. */
  readonly all: readonly PullFailure[]

  constructor(
    endpoint: Endpoint,
    { fault, message, cause, retryAfterMs, proxy }: RegistryFailure,
    all?: readonly PullFailure[],
  ) {
    super(fault, message, { cause, retryAfterMs, proxy })
    this.endpoint = endpoint
    this.all = all ?? [this]
  }

  /** Who failed, and how, for each. */
  get details(): string[] {
    return this.all.map(({ endpoint, message }) => `${new URL(endpoint.base).host}: ${message}`)
  }
}

/** There is no way to the registry itself, or it is in no state to answer. */
const isAway: ReadonlySet<RegistryFault> = new Set([
  ...(['busy', 'dns', 'unreachable', 'tls', 'proxy', 'proxy-refused', 'slow', 'cut'] as const),
])

/**
 * What most helps whoever wanted it. The registry itself knows what there is; while it cannot be asked, a mirror that
 * lacks something says only that it has not fetched it yet, and one that says another thing is whom to see about it.
 */
export function worst(failures: readonly PullFailure[]): RegistryFailure {
  const last = failures.at(-1)
  if (!last) return new RegistryFailure('absent', 'nobody can be asked')
  const own = failures.findLast(({ endpoint }) => !endpoint.isMirror)
  if (own && !isAway.has(own.fault)) return new PullFailure(own.endpoint, own, failures)
  const mirrors = failures.filter(({ endpoint }) => endpoint.isMirror)
  if (own && mirrors.some(({ fault }) => fault === 'absent')) {
    const lagging = new RegistryFailure('lagging', own.message, { cause: own })
    return new PullFailure(own.endpoint, lagging, failures)
  }
  const told = mirrors.findLast(({ fault }) => !isAway.has(fault)) ?? own ?? last
  return new PullFailure(told.endpoint, told, failures)
}
