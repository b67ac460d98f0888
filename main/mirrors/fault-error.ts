import { AppError } from '#api'
import type { RegistryFault } from '../registry/failure.ts'
import type { ServedFailure } from './served.ts'

/** What went wrong with an endpoint, in words: each fault has a sentence of its own. */
export function toFaultError(
  fault: RegistryFault,
  url: string,
  details: readonly string[] = [],
): AppError {
  return new AppError(`registry-${fault}`, { host: hostOf(url) }, { details: [...details] })
}

/** Why an image of a registry did not come: it names the mirror that is to blame, if it was one. */
export function toServedError(registry: string, failure: ServedFailure): AppError {
  const { fault, mirror = `https://${registry}`, details } = failure
  return toFaultError(fault, mirror, details)
}

export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
