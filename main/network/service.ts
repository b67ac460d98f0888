import {
  AppError,
  type HostNetworkApi,
  type HostNetworkSnapshot,
  type HostProxy,
  type NetworkTest,
  type Settings,
} from '#api'
import { createLive, type Live } from '../live.ts'
import { toAskError } from '../mirrors/fault-error.ts'
import { type Deadlines, exchange } from '../registry/exchange.ts'
import { toFailure } from '../registry/failure.ts'
import { describeAuthority, isAuthority, parseAuthorities } from './authorities.ts'
import type { EngineNetwork } from './engine-network.ts'
import type { HostNetwork } from './host-network.ts'
import { ProxyError } from './proxy-error.ts'
import { parseProxy, toShown } from './proxy-server.ts'

const deadlines: Deadlines = { connectMs: 10_000, firstByteMs: 10_000, stallMs: 5000 }

export interface HostNetworkServiceParts {
  network: HostNetwork
  engine: EngineNetwork
  settings: {
    readonly current: Settings
    set(change: Partial<Settings>): Promise<unknown>
  }
}

/** The host's network as its user sees it. */
export class HostNetworkService implements HostNetworkApi, Disposable {
  readonly #parts: HostNetworkServiceParts
  readonly #live: Live<HostNetworkSnapshot>
  readonly #stopFollowing: () => void
  #storing: Promise<unknown> = Promise.resolve()

  constructor(parts: HostNetworkServiceParts) {
    this.#parts = parts
    this.#live = createLive(this.#snapshot())
    const refresh = () => this.#live.set(this.#snapshot())
    this.#stopFollowing = parts.network.onChange(refresh)
    parts.engine.onChange(refresh)
  }

  watch(): AsyncIterable<HostNetworkSnapshot> {
    return this.#live.watch()
  }

  async test(text: string): Promise<NetworkTest> {
    const url = toUrl(text)
    const { agents, ways } = this.#parts.network
    const found = await ways.to(url)
    const proxies = found.flatMap(({ proxy }) => (proxy ? [toShown(proxy)] : []))
    const began = performance.now()
    const done = () => ({ url: url.href, proxies, ms: Math.round(performance.now() - began) })
    try {
      const signal = AbortSignal.timeout(30_000)
      const answer = await exchange(url, { method: 'HEAD', deadlines, signal, agents })
      answer.discard()
      const { via, status } = answer
      if (status === 407) throw new ProxyError('denied', `${via} answers with status 407`)
      return { ...done(), status, ...(via !== undefined && { via }) }
    } catch (error) {
      const failure = toFailure(error)
      return { ...done(), error: toAskError(failure, url.href, [failure.message]).toShape() }
    }
  }

  async trust(pem: string): Promise<void> {
    const more = parseAuthorities(pem)
    await this.#store((kept) => [...new Set([...kept, ...more])])
  }

  async distrust(fingerprint: string): Promise<void> {
    await this.#store((kept) =>
      kept.filter((pem) => describeAuthority(pem).fingerprint !== fingerprint),
    )
  }

  async logIn(login: { proxy: string; username: string; password: string }): Promise<void> {
    const { username, password } = login
    if (typeof username !== 'string' || typeof password !== 'string' || username === '')
      throw new AppError('input-invalid', { what: 'login' })
    await this.#parts.network.setLogin(nameOf(login.proxy), { username, password })
  }

  async logOut(proxy: string): Promise<void> {
    await this.#parts.network.setLogin(nameOf(proxy), undefined)
  }

  async restartEngine(): Promise<void> {
    await this.#parts.engine.restart()
  }

  [Symbol.dispose](): void {
    this.#stopFollowing()
  }

  /** One after the other, each on what the one before has left. */
  async #store(change: (kept: readonly string[]) => string[]): Promise<void> {
    const { settings } = this.#parts
    const storing = this.#storing.then(() =>
      settings.set({ authorities: change(settings.current.authorities) }),
    )
    this.#storing = storing.catch(() => undefined)
    await storing
  }

  #snapshot(): HostNetworkSnapshot {
    const { network, engine } = this.#parts
    return {
      source: network.source,
      proxies: (['http', 'https'] as const).flatMap((scheme) => this.#proxyOf(scheme) ?? []),
      logins: network.logins,
      authorities: network.authorities.filter(isAuthority).map(describeAuthority),
      engine: engine.state,
      ...(engine.error && { error: engine.error }),
    }
  }

  #proxyOf(scheme: HostProxy['scheme']): HostProxy | undefined {
    const { network } = this.#parts
    const proxy = network.proxyFor(scheme)
    if (!proxy) return undefined
    const url = toShown(proxy)
    const kept = network.logins.find((one) => one.proxy === url)
    const username = (proxy.login ?? kept)?.username
    return { scheme, url, ...(username !== undefined && { username }) }
  }
}

/** By which a login is kept. */
function nameOf(text: string): string {
  const proxy = parseProxy(text)
  if (!proxy) throw new AppError('setting-invalid', { key: 'proxy', allowed: 'http://host:port' })
  return toShown(proxy)
}

/** One without a scheme is meant by https. */
function toUrl(text: string): URL {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`
  const url = URL.canParse(full) ? new URL(full) : undefined
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (!url || !isWeb || url.username !== '' || url.password !== '' || !/^\S+$/.test(text))
    throw new AppError('network-url-invalid')
  return url
}
