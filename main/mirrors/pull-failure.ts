import { RegistryFailure } from '../registry/failure.ts'
import type { Endpoint } from './endpoint.ts'

/** A failure, with whose it is. */
export class PullFailure extends RegistryFailure {
  readonly endpoint: Endpoint
  /** All that has failed until it was given up, in that order, this among them. */
  readonly all: readonly PullFailure[]

  constructor(
    endpoint: Endpoint,
    { fault, message, cause, retryAfterMs }: RegistryFailure,
    all?: readonly PullFailure[],
  ) {
    super(fault, message, { cause, retryAfterMs })
    this.endpoint = endpoint
    this.all = all ?? [this]
  }

  /** Who failed, and how, for each. */
  get details(): string[] {
    return this.all.map(({ endpoint, message }) => `${new URL(endpoint.base).host}: ${message}`)
  }
}

/** What most helps whoever wanted it: that it is nowhere is told only when everybody said so. */
export function worst(failures: readonly PullFailure[]): RegistryFailure {
  const told = failures.findLast(({ fault }) => fault !== 'absent') ?? failures.at(-1)
  if (!told) return new RegistryFailure('absent', 'nobody can be asked')
  return new PullFailure(told.endpoint, told, failures)
}
