import type { Settings } from '#api'
import { isLoopbackHost } from '../registry/base-url.ts'
import type { ProxyLogins } from './logins.ts'
import { parseNoProxy } from './no-proxy.ts'
import { parseProxy, type ProxyServer, toShown } from './proxy-server.ts'
import { parseSystemAnswer, type Way } from './system-answer.ts'

/** Says by which ways an address may be reached, the best first: for each request anew, so that every change counts. */
export interface Ways {
  to(url: URL): Promise<readonly Way[]>
}

/** What this computer has set for all programs, PAC scripts included; Electron alone can ask for it. */
export interface SystemProxy {
  /** As a PAC script answers: see system-answer.ts. */
  resolve(url: string): Promise<string>
}

export type NetworkSettings = Pick<
  Settings,
  'proxyMode' | 'httpProxy' | 'httpsProxy' | 'noProxy' | 'authorities'
>

export interface WaysParts {
  settings: { readonly current: NetworkSettings }
  env: Readonly<Record<string, string | undefined>>
  system?: SystemProxy | undefined
  /** Who we are for them; not looked up where only the way counts. */
  logins?: Pick<ProxyLogins, 'get'>
}

/** A PAC script may ask DNS, and its server may be away. */
const systemMs = 5000

export const direct: Ways = { to: () => Promise.resolve([{}]) }

/** Where proxies come from; `none` when there are none. */
export type ProxySource = 'settings' | 'environment' | 'system' | 'none'

export function sourceOf({ settings, env, system }: WaysParts): ProxySource {
  const { proxyMode, httpProxy, httpsProxy } = settings.current
  if (proxyMode === 'direct') return 'none'
  if (proxyMode === 'manual') return httpProxy || httpsProxy ? 'settings' : 'none'
  if (environmentProxy(env, 'http') ?? environmentProxy(env, 'https')) return 'environment'
  return system ? 'system' : 'none'
}

export function createWays(parts: WaysParts): Ways {
  const { env, system, logins } = parts
  const known = async ({ proxy }: Way): Promise<Way> => {
    if (!proxy) return {}
    const login = proxy.login ?? (await logins?.get(toShown(proxy)))
    return { proxy: { ...proxy, ...(login && { login }) } }
  }
  return {
    async to(url) {
      // No other computer can be meant.
      if (isLoopbackHost(url.hostname)) return [{}]
      const found = await find(sourceOf(parts), { parts, env, system }, url)
      return await Promise.all(found.map(known))
    },
  }
}

async function find(
  source: ProxySource,
  { parts, env, system }: { parts: WaysParts } & Pick<WaysParts, 'env' | 'system'>,
  url: URL,
): Promise<Way[]> {
  if (source === 'none') return [{}]
  if (source === 'system') return system ? await askSystem(system, url) : [{}]
  const scheme = url.protocol === 'http:' ? 'http' : 'https'
  const settings = parts.settings.current
  const isManual = source === 'settings'
  const noProxy = isManual ? settings.noProxy : valueOf(env, 'no_proxy')
  if (parseNoProxy(noProxy).has(url)) return [{}]
  const proxy = isManual ? manualProxy(settings, scheme) : environmentProxy(env, scheme)
  return [proxy ? { proxy } : {}]
}

/** Each scheme by its own proxy; HTTPS by that of HTTP where it has none. */
export function manualProxy(
  { httpProxy, httpsProxy }: NetworkSettings,
  scheme: 'http' | 'https',
): ProxyServer | undefined {
  const text = scheme === 'https' && httpsProxy !== '' ? httpsProxy : httpProxy
  return text === '' ? undefined : parseProxy(text)
}

/** As curl reads it: in small letters first. What is no proxy that we can use is passed over. */
export function environmentProxy(
  env: WaysParts['env'],
  scheme: 'http' | 'https',
): ProxyServer | undefined {
  const text = valueOf(env, `${scheme}_proxy`) || valueOf(env, 'all_proxy')
  return text === '' ? undefined : parseProxy(text)
}

/** The names of those that are set, and none that we can use. */
export function unusableProxies(env: WaysParts['env']): string[] {
  const names = ['http_proxy', 'https_proxy', 'all_proxy'].flatMap((name) => [
    name.toUpperCase(),
    name,
  ])
  return names.filter((name) => env[name] && !parseProxy(env[name]))
}

function valueOf(env: WaysParts['env'], name: string): string {
  return env[name] ?? env[name.toUpperCase()] ?? ''
}

/** Who cannot say anything in time is passed over, as in every browser. One that names only what we do not speak is not. */
async function askSystem(system: SystemProxy, url: URL): Promise<Way[]> {
  const late = Promise.withResolvers<string>()
  const timer = setTimeout(() => late.resolve('DIRECT'), systemMs)
  try {
    return parseSystemAnswer(await Promise.race([system.resolve(url.href), late.promise]))
  } catch {
    return [{}]
  } finally {
    clearTimeout(timer)
  }
}
