import { AppError, type ErrorShape, type ProxyAccount } from '#api'
import type { Vaults } from '../credentials/vaults.ts'
import type { Log } from '../host/log.ts'
import { type KeptAccount, LoginFile } from './login-file.ts'
import type { ProxyLogin } from './proxy-server.ts'

export interface ProxyLoginsParts {
  vaults: Pick<Vaults, 'best' | 'at'>
  log: Pick<Log, 'write'>
  /** How long one that could not be read is done without, in ms. */
  retryMs?: number
}

interface Reading {
  login: Promise<ProxyLogin | undefined>
  /** By `performance.now()`. */
  until: number
}

/**
 * Who we are for proxies, each by its address without a login (`http://proxy.example:3128`), which no registry is named
 * like. The password is read from where it lies when it is first needed, and known from then on: each connection asks.
 */
export class ProxyLogins {
  readonly #parts: ProxyLoginsParts
  readonly #file: LoginFile
  readonly #readings = new Map<string, Reading>()
  readonly #errors = new Map<string, ErrorShape>()
  #changing: Promise<unknown> = Promise.resolve()
  /** Told when one cannot be read, or can be again. */
  onNews: () => void = () => undefined

  private constructor(file: LoginFile, parts: ProxyLoginsParts) {
    this.#file = file
    this.#parts = parts
  }

  static async open(file: string, parts: ProxyLoginsParts): Promise<ProxyLogins> {
    return new ProxyLogins(await LoginFile.open(file), parts)
  }

  /** Opens no keychain. */
  get accounts(): ProxyAccount[] {
    return [...this.#file.accounts.values()].map((account) => {
      const error = this.#errors.get(account.proxy)
      return { ...account, ...(error && { error }) }
    })
  }

  /** Of one that cannot be read nothing is said, as if there were none; `accounts` says why. */
  async get(proxy: string): Promise<ProxyLogin | undefined> {
    const known = this.#readings.get(proxy)
    if (known && performance.now() < known.until) return await known.login
    const account = this.#file.accounts.get(proxy)
    if (!account) return undefined
    const reading: Reading = { login: this.#read(account), until: Infinity }
    this.#readings.set(proxy, reading)
    let login: ProxyLogin | undefined
    try {
      return (login = await reading.login)
    } finally {
      // A keychain that is locked asks its user each time.
      if (!login) reading.until = performance.now() + (this.#parts.retryMs ?? 30_000)
    }
  }

  /**
   * Keeps it where it lasts, else until the app ends. Undefined forgets it.
   * @throws {AppError} what the place of one that is to be forgotten says when it keeps it; `home-not-writable`
   */
  async set(proxy: string, login: ProxyLogin | undefined): Promise<void> {
    const work = () => (login ? this.#keep(proxy, login) : this.#forget(proxy))
    const changing = this.#changing.then(work)
    this.#changing = changing.catch(() => undefined)
    await changing
  }

  async #keep(proxy: string, login: ProxyLogin): Promise<void> {
    const before = this.#file.accounts.get(proxy)
    const { place, error } = await this.#store(proxy, login)
    await this.#file.set(proxy, { proxy, username: login.username, place })
    this.#readings.set(proxy, { login: Promise.resolve(login), until: Infinity })
    if (error) this.#errors.set(proxy, error)
    else this.#errors.delete(proxy)
    if (before && before.place !== place) await this.#clear(before)
  }

  /** With why it is not where it would last; that this computer has no such place is not worth a word. */
  async #store(
    proxy: string,
    login: ProxyLogin,
  ): Promise<Pick<KeptAccount, 'place'> & { error?: ErrorShape }> {
    const { vaults } = this.#parts
    const { place, error } = await vaults.best()
    try {
      await (await vaults.at(place)).store(proxy, login)
      return { place, ...(error && error.code !== 'credentials-nowhere' && { error }) }
    } catch (failure) {
      if (!(failure instanceof AppError)) throw failure
      await (await vaults.at('memory')).store(proxy, login)
      return { place: 'memory', error: failure.toShape() }
    }
  }

  async #forget(proxy: string): Promise<void> {
    const account = this.#file.accounts.get(proxy)
    if (!account) return
    await (await this.#parts.vaults.at(account.place)).erase(proxy)
    await this.#file.set(proxy, undefined)
    this.#readings.delete(proxy)
    this.#errors.delete(proxy)
  }

  /** The new login counts, whether or not the old one can be taken out of where it was. */
  async #clear({ proxy, place }: KeptAccount): Promise<void> {
    try {
      await (await this.#parts.vaults.at(place)).erase(proxy)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      this.#parts.log.write('credentials.not-erased', { proxy, place, code: error.code })
    }
  }

  async #read(account: KeptAccount): Promise<ProxyLogin | undefined> {
    const { proxy, username, place } = account
    try {
      const found = await (await this.#parts.vaults.at(place)).get(proxy)
      // Somebody else's by now, where two homes share a keychain.
      if (found?.username !== username)
        throw new AppError('credentials-unreadable', { registry: proxy })
      this.#tell(account, undefined)
      return found
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      this.#parts.log.write('credentials.not-given', { proxy, code: error.code })
      this.#tell(account, error.toShape())
      return undefined
    }
  }

  #tell(account: KeptAccount, error: ErrorShape | undefined): void {
    const { proxy } = account
    // Changed meanwhile.
    if (this.#file.accounts.get(proxy) !== account) return
    if (this.#errors.get(proxy)?.code === error?.code) return
    if (error) this.#errors.set(proxy, error)
    else this.#errors.delete(proxy)
    this.onNews()
  }
}
