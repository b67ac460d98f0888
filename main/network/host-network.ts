import type { ProxyAccount } from '#api'
import type { Log } from '../host/log.ts'
import { createAgents, type LiveAgents } from '../registry/agents.ts'
import type { ProxyLogin, ProxyServer } from './proxy-server.ts'
import type { ProxyLogins } from './logins.ts'
import {
  createWays,
  environmentProxy,
  manualProxy,
  type NetworkSettings,
  type ProxySource,
  sourceOf,
  type SystemProxy,
  unusableProxies,
  type Ways,
} from './ways.ts'

export interface HostNetworkParts {
  settings: { readonly current: NetworkSettings; onChange(listener: () => void): () => void }
  env: Readonly<Record<string, string | undefined>>
  system?: SystemProxy | undefined
  logins: Pick<ProxyLogins, 'accounts' | 'get' | 'set' | 'onNews'>
  log: Pick<Log, 'write'>
}

/** What most engines ask, to know whether the system has a proxy for anything. */
const samples = ['https://registry-1.docker.io/', 'https://ghcr.io/', 'http://example.com/']

/** How this computer reaches others, live: its proxies, its authorities, and connections by both. */
export class HostNetwork implements Disposable {
  readonly #parts: HostNetworkParts
  readonly #stopFollowing: () => void
  readonly #listeners = new Set<() => void>()
  readonly ways: Ways
  /** The same without who we are: no keychain is opened for it. */
  readonly #bareWays: Ways
  readonly agents: LiveAgents
  /** The system has named a proxy since these settings count: it may again, so the engine keeps its own way to them. */
  #hasSeen = false

  constructor(parts: HostNetworkParts) {
    this.#parts = parts
    const { settings, env, system, logins } = parts
    this.ways = this.#seen(createWays(parts))
    this.#bareWays = this.#seen(createWays({ settings, env, system }))
    logins.onNews = () => this.#tell()
    this.agents = createAgents({ ways: this.ways, ca: this.authorities })
    for (const name of unusableProxies(parts.env))
      parts.log.write('network.proxy-unusable', { name })
    let before = toKey(parts.settings.current)
    this.#stopFollowing = parts.settings.onChange(() => {
      const now = toKey(parts.settings.current)
      if (now === before) return
      before = now
      this.#hasSeen = false
      this.agents.trust(this.authorities)
      this.#tell()
    })
  }

  get source(): ProxySource {
    return sourceOf(this.#parts)
  }

  /** The proxy of a scheme where it is one for all addresses; undefined where there is none, or the system is asked. */
  proxyFor(scheme: 'http' | 'https'): ProxyServer | undefined {
    const { settings, env } = this.#parts
    if (this.source === 'settings') return manualProxy(settings.current, scheme)
    return this.source === 'environment' ? environmentProxy(env, scheme) : undefined
  }

  /** PEM. */
  get authorities(): readonly string[] {
    return this.#parts.settings.current.authorities
  }

  get logins(): ProxyAccount[] {
    return this.#parts.logins.accounts
  }

  async setLogin(proxy: string, login: ProxyLogin | undefined): Promise<void> {
    await this.#parts.logins.set(proxy, login)
    this.#tell()
  }

  /** Whether anything may have to be reached through a proxy. */
  async usesProxy(): Promise<boolean> {
    const { source } = this
    if (source !== 'system') return source !== 'none'
    const found = await Promise.all(samples.map((url) => this.#bareWays.to(new URL(url))))
    return this.#hasSeen || found.flat().some(({ proxy }) => proxy)
  }

  /** Calls `listener` after each change of settings, of a login, of whether it can be read, or of what the system says. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  [Symbol.dispose](): void {
    this.#stopFollowing()
    this.agents[Symbol.dispose]()
  }

  #seen(ways: Ways): Ways {
    return {
      to: async (url) => {
        const found = await ways.to(url)
        if (!this.#hasSeen && found.some(({ proxy }) => proxy)) {
          this.#hasSeen = true
          this.#tell()
        }
        return found
      },
    }
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

function toKey(settings: NetworkSettings): string {
  const { proxyMode, httpProxy, httpsProxy, noProxy, authorities } = settings
  return JSON.stringify([proxyMode, httpProxy, httpsProxy, noProxy, authorities])
}
