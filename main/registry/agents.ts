import {
  Agent as HttpAgent,
  type ClientRequest,
  type ClientRequestArgs,
  request as requestHttp,
} from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import type { Duplex } from 'node:stream'
import { connect as connectTls, getCACertificates, type ConnectionOptions } from 'node:tls'
import { bareHost, type ProxyServer, toShown } from '../network/proxy-server.ts'
import {
  longestConnectMs,
  openToProxy,
  openTunnel,
  toProxyAuthorization,
} from '../network/tunnel.ts'
import { direct, type Ways } from '../network/ways.ts'
import type { Agents, Route, RouteRequest } from './exchange.ts'

export interface AgentOptions {
  /** By which proxies; without, by none. */
  ways?: Ways
  /** More authorities than this computer trusts, as PEM. */
  ca?: readonly string[]
}

export interface LiveAgents extends Agents, Disposable {
  /** From the next connection on these are believed beside those of this computer, and no others. */
  trust(ca: readonly string[]): void
  /** All who are believed, as PEM. */
  trusted(): readonly string[]
  /** Closes what nobody uses just now: this computer has slept, say, and the other end may be gone without a word. */
  closeIdle(): void
}

/** Connections by the way that this computer has: its proxies, its authorities. Closed by whoever made them. */
export function createAgents({ ways = direct, ca = [] }: AgentOptions = {}): LiveAgents {
  let more = ca
  // The system's store of authorities takes its time, and nobody pulls while the app starts.
  let trusted: string[] | undefined
  const trust = () => (trusted ??= trustedWith(more))
  const kept = new AgentPool(trust)
  return {
    async routesTo(url) {
      const found = await ways.to(url)
      return found.map(({ proxy }) => toRoute(kept, url, proxy))
    },
    trust(next) {
      if (more.length === next.length && more.every((pem, index) => pem === next[index])) return
      more = next
      trusted = undefined
      kept.renew()
    },
    trusted: trust,
    closeIdle: () => kept.closeIdle(),
    [Symbol.dispose]: () => kept[Symbol.dispose](),
  }
}

// One that has rested longer may be dead without having said so, as after a sleep.
const shared = { keepAlive: true, timeout: 15_000 }

/** Connections are kept and shared, by the proxy that they go through: a change of it counts for the next request. */
class AgentPool implements Disposable {
  readonly #trust: () => string[]
  readonly #agents = new Map<string, HttpAgent>()
  /** What is under way by them comes to its end. */
  readonly #retired = new Set<HttpAgent>()

  constructor(trust: () => string[]) {
    this.#trust = trust
  }

  get(isTls: boolean, proxy: ProxyServer | undefined): HttpAgent {
    const key = `${isTls} ${JSON.stringify(proxy)}`
    const found = this.#agents.get(key)
    if (found) return found
    // Proxies that nobody names any more.
    if (this.#agents.size >= 16) this.renew()
    const made = this.#make(isTls, proxy)
    this.#agents.set(key, made)
    return made
  }

  closeIdle(): void {
    for (const { freeSockets } of this.#agents.values())
      for (const socket of Object.values(freeSockets).flat()) socket?.destroy()
  }

  /** Nothing that rests is used again. */
  renew(): void {
    this.closeIdle()
    for (const agent of this.#agents.values()) {
      agent.maxFreeSockets = 0
      this.#retired.add(agent)
    }
    this.#agents.clear()
    for (const agent of this.#retired)
      if (Object.keys(agent.sockets).length === 0) this.#retired.delete(agent)
  }

  [Symbol.dispose](): void {
    for (const agent of [...this.#agents.values(), ...this.#retired]) agent.destroy()
  }

  #make(isTls: boolean, proxy: ProxyServer | undefined): HttpAgent {
    if (!proxy)
      return isTls ? new HttpsAgent({ ...shared, ca: this.#trust() }) : new HttpAgent(shared)
    return isTls
      ? new TunnelledTlsAgent(proxy, this.#trust())
      : new TunnelledAgent(proxy, this.#trust())
  }
}

type Connected = (error: Error | null, stream: Duplex) => void

/** Node's agents say neither what they open nor for whom: `host` and `port` are of who is asked. */
function openFor(
  proxy: ProxyServer,
  { host, port }: ClientRequestArgs,
  ca: readonly string[],
): Promise<Duplex> {
  const hostname = host ?? 'localhost'
  const target = {
    hostname: hostname.includes(':') ? `[${bareHost(hostname)}]` : hostname,
    port: Number(port),
  }
  return openTunnel(proxy, target, { signal: AbortSignal.timeout(longestConnectMs), ca })
}

/** TLS with who is asked, through a proxy that sees none of it. */
class TunnelledTlsAgent extends HttpsAgent {
  readonly #proxy: ProxyServer
  readonly #ca: string[]

  constructor(proxy: ProxyServer, ca: string[]) {
    super({ ...shared, ca })
    this.#proxy = proxy
    this.#ca = ca
  }

  override createConnection(options: ClientRequestArgs, callback?: Connected): undefined {
    openFor(this.#proxy, options, this.#ca).then(
      (socket) => callback?.(null, connectTls({ ...(options as ConnectionOptions), socket })),
      (error: unknown) => callback?.(error as Error, undefined as unknown as Duplex),
    )
  }
}

/** Plain HTTP: a SOCKS proxy connects to who is asked, any other is asked itself. */
class TunnelledAgent extends HttpAgent {
  readonly #proxy: ProxyServer
  readonly #ca: string[]

  constructor(proxy: ProxyServer, ca: string[]) {
    super(shared)
    this.#proxy = proxy
    this.#ca = ca
  }

  override createConnection(options: ClientRequestArgs, callback?: Connected): undefined {
    const how = { signal: AbortSignal.timeout(longestConnectMs), ca: this.#ca }
    const opening =
      this.#proxy.kind === 'socks5'
        ? openFor(this.#proxy, options, this.#ca)
        : openToProxy(this.#proxy, how)
    opening.then(
      (socket) => callback?.(null, socket),
      (error: unknown) => callback?.(error as Error, undefined as unknown as Duplex),
    )
  }
}

function toRoute(pool: AgentPool, url: URL, proxy: ProxyServer | undefined): Route {
  const isTls = url.protocol === 'https:'
  const agent = pool.get(isTls, proxy)
  const isAsked = !isTls && proxy !== undefined && proxy.kind !== 'socks5'
  return {
    ...(proxy && { via: toShown(proxy) }),
    begin({ headers, ...request }: RouteRequest): ClientRequest {
      if (isTls) return requestHttps(url, { ...request, headers, agent })
      if (!isAsked) return requestHttp(url, { ...request, headers, agent })
      // The whole address, as RFC 9112 has it in 3.2.2.
      const login = proxy.login && { 'proxy-authorization': toProxyAuthorization(proxy.login) }
      return requestHttp(url, {
        ...{ ...request, agent, path: url.href },
        headers: { ...headers, host: url.host, ...login },
      })
    },
  }
}

/** What a company's administrator has added to the system counts, as in every browser. */
function trustedWith(more: readonly string[]): string[] {
  return [...new Set([...getCACertificates('default'), ...systemAuthorities(), ...more])]
}

/** A store that cannot be read leaves those that Node brings. */
function systemAuthorities(): string[] {
  try {
    return getCACertificates('system')
  } catch {
    return []
  }
}
