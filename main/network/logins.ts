import type { ProxyLogin } from './proxy-server.ts'

/**
 * Who we are for proxies, each by its address without a login (`http://proxy.example:3128`). Passwords are kept nowhere
 * else: not in settings, nor in what the engine is told.
 */
export interface ProxyLogins {
  get(proxy: string): ProxyLogin | undefined
  /** Undefined forgets it. */
  set(proxy: string, login: ProxyLogin | undefined): Promise<void>
}

/** Until the app ends. */
export function createMemoryLogins(): ProxyLogins {
  const kept = new Map<string, ProxyLogin>()
  return {
    get: (proxy) => kept.get(proxy),
    set(proxy, login) {
      if (login) kept.set(proxy, login)
      else kept.delete(proxy)
      return Promise.resolve()
    },
  }
}
