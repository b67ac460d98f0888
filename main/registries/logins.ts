import { AppError, type CredentialStore } from '#api'
import type { Vaults } from '../credentials/vaults.ts'
import type { Log } from '../host/log.ts'
import { toRegistryBase } from '../registry/base-url.ts'
import type { Credentials } from '../registry/tokens.ts'
import type { Account, AccountFile } from './account-file.ts'

export interface LoginsParts {
  file: AccountFile
  vaults: Vaults
  log: Pick<Log, 'write'>
  /** Whether a registry may be spoken to without TLS. */
  isPlainAllowed(registry: string): boolean
}

/** One who reads for all that ask meanwhile; what could not be read is not asked for again until its time. */
interface Reading {
  account: Account
  login: Promise<Credentials | undefined>
  until: number
}

/** A keychain that is locked asks its user each time. */
const retryMs = 30_000

/** Logins by registry: who we are there from the file of accounts, the password from where it lies, when it is needed. */
export class Logins {
  readonly #parts: LoginsParts
  readonly #readings = new Map<string, Reading>()
  #changing: Promise<unknown> = Promise.resolve()
  /** Told when one could not be read, with why; or has been changed. */
  onNews: (registry: string, error?: AppError) => void = () => undefined

  constructor(parts: LoginsParts) {
    this.#parts = parts
  }

  get accounts(): readonly Account[] {
    return [...this.#parts.file.accounts.values()]
  }

  /** @throws {AppError} `registry-login-missing` */
  accountOf(registry: string): Account {
    const account = this.#parts.file.accounts.get(registry)
    if (!account) throw new AppError('registry-login-missing', { registry })
    return account
  }

  best(): Promise<CredentialStore> {
    return this.#parts.vaults.best()
  }

  /** @throws {AppError} `registry-login-missing`, `credentials-unreadable` and others of its place */
  async get(registry: string): Promise<Credentials> {
    const { username, place } = this.accountOf(registry)
    const found = await (await this.#parts.vaults.at(place)).get(registry)
    // Somebody else's by now, where two homes share a keychain.
    if (found?.username !== username) throw new AppError('credentials-unreadable', { registry })
    this.#readings.delete(registry)
    return found
  }

  /**
   * Who we are at the base of an API; of a mirror's, too, where it is on the very host that somebody has logged in to.
   * Whoever cannot be read asks as everybody does.
   */
  async credentialsFor(base: string): Promise<Credentials | undefined> {
    const account = this.accounts.find(({ registry }) =>
      this.#basesOf(registry).some((own) => base === own || base.startsWith(`${own}/`)),
    )
    return account && (await this.find(account.registry))
  }

  /** Who we are at a registry; undefined for who has not logged in, and where it cannot be read, which is told. */
  async find(registry: string): Promise<Credentials | undefined> {
    const account = this.#parts.file.accounts.get(registry)
    if (!account) return undefined
    const known = this.#readings.get(registry)
    if (known?.account === account && performance.now() < known.until) return await known.login
    const reading: Reading = { account, login: this.#read(registry), until: Infinity }
    this.#readings.set(registry, reading)
    try {
      return await reading.login
    } finally {
      reading.until = performance.now() + retryMs
    }
  }

  async #read(registry: string): Promise<Credentials | undefined> {
    try {
      return await this.get(registry)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      this.#parts.log.write('credentials.not-given', { registry, code: error.code })
      this.onNews(registry, error)
      return undefined
    }
  }

  /**
   * Where a login is kept that is made now: as its user has accepted, now or for the login before.
   * @throws {AppError} why nothing lasting can be had
   */
  async placeFor(registry: string, accept?: 'plain' | 'memory'): Promise<Account['place']> {
    if (accept) return accept
    const { place, error } = await this.best()
    const before = this.#parts.file.accounts.get(registry)?.place
    if (!error) return place
    if (before === 'plain' || before === 'memory') return before
    throw AppError.fromShape(error)
  }

  async keep(registry: string, credentials: Credentials, place: Account['place']): Promise<void> {
    await this.#change(async () => {
      const { file, vaults } = this.#parts
      const before = file.accounts.get(registry)
      await (await vaults.at(place)).store(registry, credentials)
      await file.setAccount(registry, { registry, username: credentials.username, place })
      if (before && before.place !== place) await this.#clear(before)
    })
    this.onNews(registry)
  }

  /** @throws {AppError} `registry-login-missing`; what its place says when it keeps it */
  async forget(registry: string): Promise<void> {
    await this.#change(async () => {
      const { place } = this.accountOf(registry)
      await (await this.#parts.vaults.at(place)).erase(registry)
      await this.#parts.file.setAccount(registry, undefined)
    })
    this.onNews(registry)
  }

  /** The new login counts, whether or not the old one can be taken out of where it was. */
  async #clear({ registry, place }: Account): Promise<void> {
    try {
      await (await this.#parts.vaults.at(place)).erase(registry)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      this.#parts.log.write('credentials.not-erased', { registry, place, code: error.code })
    }
  }

  #basesOf(registry: string): string[] {
    return basesOf(registry, this.#parts.isPlainAllowed(registry))
  }

  /** One after the other: a file has one writer. */
  async #change(work: () => Promise<void>): Promise<void> {
    const changing = this.#changing.then(work)
    this.#changing = changing.catch(() => undefined)
    await changing
  }
}

/** Where a registry answers, the best first. */
export function basesOf(registry: string, isPlainAllowed: boolean): string[] {
  const base = toRegistryBase(registry)
  return isPlainAllowed ? [base, base.replace(/^https:/, 'http:')] : [base]
}
