import type { ErrorShape } from './errors.ts'
import type { RegistryBrowsingApi } from './registry-browsing.ts'

/**
 * Where a login is kept: sealed by the system's keychain, by one of docker's own credential helpers, as plain text in a
 * file of this user alone, or nowhere, until the app ends.
 */
export type CredentialPlace = 'keychain' | 'helper' | 'plain' | 'memory'

/** Who we are at a registry; never with the password. */
export interface RegistryAccount {
  /** `docker.io`, `ghcr.io`, `registry.example:5000`: as image references name it. */
  registry: string
  username: string
  place: CredentialPlace
  /** Whether this computer's docker command uses it, by `credHelpers`. */
  inDocker: boolean
  test?: RegistryTest
}

export interface RegistryTest {
  /** Ms since the epoch. */
  at: number
  ms: number
  error?: ErrorShape
}

/** Where a login would be kept that is made now. */
export interface CredentialStore {
  place: Exclude<CredentialPlace, 'plain'>
  /** The helper's absolute path, or the name of the system's keychain. */
  name?: string
  /** Why nothing lasting can be had: then a login wants `accept`. */
  error?: ErrorShape
}

export interface RegistriesSnapshot {
  accounts: RegistryAccount[]
  store: CredentialStore
}

/** What linking would write into docker's config.json: the part that changes, as text, empty where there is none. */
export interface DockerLinkPlan {
  file: string
  before: string
  after: string
  /** The absolute path of the helper that docker will run; empty when it would find none. */
  helper: string
  /** Why it cannot be linked as things are, with what to do. */
  error?: ErrorShape
}

export interface RegistriesApi extends RegistryBrowsingApi {
  watch(): AsyncIterable<RegistriesSnapshot>
  /**
   * Tried at the registry first; nothing is kept when it says no. `accept` names the risk that is taken where nothing
   * lasting can be had, or is not wanted.
   * @throws {AppError} `registry-name-invalid`, `registry-login-refused`, `credentials-nowhere` and others
   */
  logIn(login: {
    registry: string
    username: string
    password: string
    accept?: 'plain' | 'memory'
  }): Promise<void>
  /** Forgets it, and takes it out of docker's config again. @throws {AppError} `registry-login-missing` */
  logOut(registry: string): Promise<void>
  /** Whether the registry still takes the login; without one, whether it answers at all. */
  test(registry: string): Promise<RegistryTest>
  /** @throws {AppError} `registry-login-missing`, `docker-config-unreadable` */
  dockerPlan(registry: string): Promise<DockerLinkPlan>
  /** Has this computer's docker command use the login by our helper, or puts back what was there before. */
  linkDocker(registry: string, linked: boolean): Promise<void>
}
