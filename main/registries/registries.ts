import {
  AppError,
  type DockerLinkPlan,
  type RegistriesApi,
  type RegistriesSnapshot,
  type RegistryBrowsingApi,
  type RegistryTest,
  stream,
} from '#api'
import type { RegistryAuth } from '../engine/images.ts'
import { createLive } from '../live.ts'
import { forgetWay } from '../mirrors/fault-error.ts'
import { isLoopbackRegistry } from '../registry/base-url.ts'
import type { Agents } from '../registry/exchange.ts'
import type { Credentials } from '../registry/tokens.ts'
import type { DockerLink } from './docker-link.ts'
import type { Logins } from './logins.ts'
import { toDockerServer, toRegistry } from './names.ts'
import { tryLogin } from './try-login.ts'

export interface RegistriesParts {
  logins: Logins
  link: DockerLink
  agents: Agents
  isPlainAllowed: (registry: string) => boolean
  /** What registries gave to whom we were is not shown to them again. */
  forget(): void
  browser: RegistryBrowsingApi
}

const longestUsername = 1000
const longestPassword = 64 * 1024

/** Who we are at registries: tried there, kept, told to docker, and forgotten. */
export class Registries implements RegistriesApi {
  readonly #parts: RegistriesParts
  readonly #tests = new Map<string, RegistryTest>()
  readonly #live = createLive<RegistriesSnapshot>({
    accounts: [],
    store: { place: 'memory' },
  })

  constructor(parts: RegistriesParts) {
    this.#parts = parts
    parts.logins.onNews = (registry, error) => {
      if (error) this.#tests.set(registry, { at: Date.now(), ms: 0, error: error.toShape() })
      else parts.forget()
      void this.#refresh()
    }
  }

  watch(): AsyncIterable<RegistriesSnapshot> {
    return stream<RegistriesSnapshot>(async (push, signal) => {
      await this.#refresh()
      const items = this.#live.watch()[Symbol.asyncIterator]()
      signal.addEventListener('abort', () => void items.return?.())
      for (let item = await items.next(); item.done !== true; item = await items.next())
        await push(item.value)
    }, 1)
  }

  async logIn(login: Parameters<RegistriesApi['logIn']>[0]): Promise<void> {
    const registry = toRegistry(login.registry)
    const credentials = toCredentials(login)
    const { logins } = this.#parts
    // Before the password leaves: it would be in vain.
    const place = await logins.placeFor(registry, login.accept)
    const test = await this.#try(registry, credentials)
    await logins.keep(registry, credentials, place)
    this.#tests.set(registry, test)
    await this.#refresh()
  }

  async logOut(registry: string): Promise<void> {
    const name = toRegistry(registry)
    const { logins, link } = this.#parts
    logins.accountOf(name)
    await this.forget(name)
    await link.set(name, false)
    await this.#refresh()
  }

  /** As `logOut`, and docker's config stays as it is: docker itself is writing it. */
  async forget(registry: string): Promise<void> {
    await this.#parts.logins.forget(registry)
    this.#tests.delete(registry)
    await this.#refresh()
  }

  /** There is another way to all of them: what tests found of the one before is told no more. */
  forgetWay(): void {
    forgetWay(this.#tests)
    void this.#refresh()
  }

  async test(registry: string): Promise<RegistryTest> {
    const name = toRegistry(registry)
    const { logins } = this.#parts
    const isKnown = logins.accounts.some((one) => one.registry === name)
    const at = Date.now()
    try {
      return this.#told(name, await this.#try(name, isKnown ? await logins.get(name) : undefined))
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return this.#told(name, { at, ms: Date.now() - at, error: error.toShape() })
    }
  }

  repositories(...args: Parameters<RegistriesApi['repositories']>) {
    return this.#parts.browser.repositories(...args)
  }

  tags(...args: Parameters<RegistriesApi['tags']>) {
    return this.#parts.browser.tags(...args)
  }

  tag(reference: string) {
    return this.#parts.browser.tag(reference)
  }

  search(term: string) {
    return this.#parts.browser.search(term)
  }

  async dockerPlan(registry: string): Promise<DockerLinkPlan> {
    const name = toRegistry(registry)
    this.#parts.logins.accountOf(name)
    return await this.#parts.link.plan(name)
  }

  async linkDocker(registry: string, linked: boolean): Promise<void> {
    const name = toRegistry(registry)
    this.#parts.logins.accountOf(name)
    await this.#parts.link.set(name, linked)
    await this.#refresh()
  }

  /**
   * What the engine is to show a registry: all of a push, and what it pulls without asking us, which are the registries
   * that its settings call insecure. On its own loopback another may answer than on ours.
   */
  readonly auth: RegistryAuth = {
    push: (registry) => this.#registryAuth(registry),
    pull: async (registry) => {
      const name = toRegistry(registry)
      const isPast = this.#parts.isPlainAllowed(name) && !isLoopbackRegistry(name)
      return isPast ? await this.#registryAuth(name) : undefined
    },
  }

  /** base64url of https://docs.docker.com/reference/api/engine/#section/Authentication */
  async #registryAuth(registry: string): Promise<string | undefined> {
    const name = toRegistry(registry)
    const login = await this.#parts.logins.find(name)
    if (!login) return undefined
    const shown = { ...login, serveraddress: toDockerServer(name) }
    return Buffer.from(JSON.stringify(shown)).toString('base64url')
  }

  async #try(registry: string, login: Credentials | undefined): Promise<RegistryTest> {
    const { agents, isPlainAllowed } = this.#parts
    const at = Date.now()
    const options = { agents, isPlainAllowed: isPlainAllowed(registry) }
    // Each of its questions has its own deadlines.
    await tryLogin(registry, login, { ...options, signal: new AbortController().signal })
    return { at, ms: Date.now() - at }
  }

  #told(registry: string, test: RegistryTest): RegistryTest {
    this.#tests.set(registry, test)
    void this.#refresh()
    return test
  }

  async #refresh(): Promise<void> {
    const { logins, link } = this.#parts
    const [store, linked] = await Promise.all([logins.best(), link.linked()])
    const accounts = logins.accounts.map((account) => {
      const test = this.#tests.get(account.registry)
      return { ...account, inDocker: linked.has(account.registry), ...(test && { test }) }
    })
    this.#live.set({ accounts, store })
  }
}

/** @throws {AppError} `registry-login-invalid` for what no `Authorization` carries: RFC 7617, 2 */
function toCredentials({
  username,
  password,
}: {
  username: string
  password: string
}): Credentials {
  const isRight =
    typeof username === 'string' &&
    typeof password === 'string' &&
    /^[^:\p{Cc}]+$/u.test(username) &&
    /^\P{Cc}+$/u.test(password) &&
    username.length <= longestUsername &&
    password.length <= longestPassword
  if (!isRight) throw new AppError('registry-login-invalid')
  return { username, password }
}
