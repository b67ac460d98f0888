import { parseProxy, type ProxyServer } from './proxy-server.ts'

/** By which way an address may be reached; `proxy` is absent for the one without. */
export interface Way {
  proxy?: ProxyServer
}

const schemes: Readonly<Record<string, string>> = {
  PROXY: 'http',
  HTTP: 'http',
  HTTPS: 'https',
  SOCKS: 'socks5',
  SOCKS5: 'socks5',
}

/**
 * What a PAC script, and Chromium for the system, answers: `PROXY a:8080; SOCKS5 b:1080; DIRECT`, the best first
 * (https://developer.mozilla.org/docs/Web/HTTP/Guides/Proxy_servers_and_tunneling/Proxy_Auto-Configuration_PAC_file).
 * What we do not speak is left out; nothing is left for an answer that names only that.
 */
export function parseSystemAnswer(answer: string): Way[] {
  const parts = answer.split(';').map((part) => part.trim())
  return parts.flatMap((part): Way[] => {
    const [kind = '', address = ''] = part.split(/\s+/)
    if (kind.toUpperCase() === 'DIRECT') return [{}]
    const scheme = schemes[kind.toUpperCase()]
    const proxy = scheme === undefined ? undefined : parseProxy(`${scheme}://${address}`)
    return proxy ? [{ proxy }] : []
  })
}
