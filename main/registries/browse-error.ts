import { AppError, dockerHub, type ErrorCode, toNameThere } from '#api'
import { toAskError } from '../mirrors/fault-error.ts'
import { RegistryFailure, type RegistryFault } from '../registry/failure.ts'

/** What was asked when it failed. */
export interface Asked {
  what: 'repositories' | 'tags' | 'tag' | 'search'
  registry: string
  repository?: string
  hasMirrors: boolean
}

/** There is no way to it, or none that is good enough. A proxy that is in the way is in that to its mirrors, too. */
const outOfReach: readonly RegistryFault[] = ['dns', 'unreachable', 'tls', 'slow', 'cut']

/** An answer, but to no search: nobody has typed the address that was asked. */
const noSearch: readonly RegistryFault[] = ['absent', 'denied', 'garbled']

/** These say no whoever has logged in. */
const listless = [dockerHub, 'ghcr.io']

/** Why a registry did not tell what it has, in words; anything else as it is. */
export function toBrowseError(error: unknown, asked: Asked): unknown {
  if (!(error instanceof RegistryFailure)) return error
  const { fault, message } = error
  const { what, registry, repository = '', hasMirrors } = asked
  const code = codeOf(fault, message, asked)
  const name = toNameThere({ registry, repository })
  if (code) return new AppError(code, { registry, name }, { details: [message] })
  if (hasMirrors && what !== 'search' && outOfReach.includes(fault))
    return new AppError('registry-behind-mirrors', { registry }, { details: [message] })
  return toAskError(error, `https://${registry}`, [message])
}

/** Docker Hub has no such list, and need not be asked. */
export function toCatalogRefusal(registry: string): AppError | undefined {
  return registry === dockerHub ? new AppError('registry-no-catalog', { registry }) : undefined
}

function codeOf(fault: RegistryFault, message: string, asked: Asked): ErrorCode | undefined {
  if (asked.what === 'repositories') {
    if (fault === 'absent' || message === 'status 405') return 'registry-no-catalog'
    if (fault !== 'denied') return undefined
    return listless.includes(asked.registry) ? 'registry-no-catalog' : 'registry-catalog-denied'
  }
  if (asked.what === 'search') return noSearch.includes(fault) ? 'search-refused' : undefined
  if (fault === 'denied') return 'repository-denied'
  return fault === 'absent' && asked.what === 'tags' ? 'repository-absent' : undefined
}
