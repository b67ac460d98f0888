import type { Settings } from '#api'
import type { HostNetwork } from './host-network.ts'
import { parseProxy, toShown } from './proxy-server.ts'

/**
 * A change of settings without what must not be in them: a login that somebody has written into the address of a proxy is
 * kept where logins are, once the change without it is accepted.
 */
export function withoutLogins(change: Partial<Settings>): {
  change: Partial<Settings>
  keep: (network: Pick<HostNetwork, 'setLogin'>) => Promise<void>
} {
  const found = (['httpProxy', 'httpsProxy'] as const).flatMap((key) => {
    const text = change[key]
    const proxy = typeof text === 'string' ? parseProxy(text.trim()) : undefined
    return proxy?.login ? [{ key, url: toShown(proxy), login: proxy.login }] : []
  })
  const bare = Object.fromEntries(found.map(({ key, url }) => [key, url]))
  return {
    change: { ...change, ...bare },
    async keep(network) {
      for (const { url, login } of found) await network.setLogin(url, login)
    },
  }
}
