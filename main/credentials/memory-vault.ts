import type { Credentials } from '../registry/tokens.ts'
import type { CredentialVault } from './vault.ts'

/** Until the app ends. */
export function createMemoryVault(): CredentialVault {
  const kept = new Map<string, Credentials>()
  return {
    place: 'memory',
    get: (registry) => Promise.resolve(kept.get(registry)),
    store: (registry, credentials) => {
      kept.set(registry, credentials)
      return Promise.resolve()
    },
    erase: (registry) => {
      kept.delete(registry)
      return Promise.resolve()
    },
  }
}
