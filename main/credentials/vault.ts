import type { CredentialPlace } from '#api'
import type { Credentials } from '../registry/tokens.ts'

/**
 * One place where logins lie, of registries by their names (`ghcr.io`) and of proxies by their addresses
 * (`http://proxy.example:3128`): no name is like an address. It says nothing of which there are: that is in registries.json
 * and proxies.json, so that no keychain has to be opened, and nothing of other programs read, to show a list.
 */
export interface CredentialVault {
  readonly place: CredentialPlace
  /** Undefined for one that it does not have. @throws {AppError} */
  get(registry: string): Promise<Credentials | undefined>
  /** In place of the one that it has. @throws {AppError} */
  store(registry: string, credentials: Credentials): Promise<void>
  /** Does nothing for one that it does not have. @throws {AppError} */
  erase(registry: string): Promise<void>
}
