import { AppError } from '#api'
import type { RegistryFault } from '../registry/failure.ts'

/** What went wrong with an endpoint, in words: each fault has a sentence of its own. */
export function toFaultError(fault: RegistryFault, url: string, detail = ''): AppError {
  const host = URL.canParse(url) ? new URL(url).host : url
  return new AppError(`registry-${fault}`, { host }, { details: detail === '' ? [] : [detail] })
}
