/** A proxy that connections go through. What is shown and logged of it is `toShown`: never its login. */
export interface ProxyServer {
  kind: 'http' | 'https' | 'socks5'
  hostname: string
  port: number
  login?: ProxyLogin | undefined
}

export interface ProxyLogin {
  username: string
  password: string
}

const standardPorts = { http: 80, https: 443, socks5: 1080 } as const

/**
 * A proxy as settings and environment variables name it: one without a scheme is one of HTTP, as other programs have it.
 * Undefined for what is none, or none that we speak.
 */
export function parseProxy(text: string): ProxyServer | undefined {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  if (/\s/.test(text) || !URL.canParse(full)) return undefined
  const url = new URL(full)
  const kind = toKind(url.protocol)
  const login = toLogin(url)
  if (!kind || url.hostname === '' || login === 'garbled') return undefined
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') return undefined
  return {
    ...{ kind, hostname: url.hostname, port: toPort(full, kind) },
    ...(login && { login }),
  }
}

/** Without its login. */
export function toShown({ kind, hostname, port }: ProxyServer): string {
  return `${kind}://${hostname}:${port}`
}

/** As `new URL` has it, brackets around IPv6; sockets want it without. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '')
}

function toKind(protocol: string): ProxyServer['kind'] | undefined {
  if (protocol === 'http:' || protocol === 'https:') return protocol === 'http:' ? 'http' : 'https'
  return ['socks5:', 'socks5h:', 'socks:'].includes(protocol) ? 'socks5' : undefined
}

/** A URL keeps no port that is its scheme's own. */
function toPort(full: string, kind: ProxyServer['kind']): number {
  const { port } = new URL(full)
  return port === '' ? standardPorts[kind] : Number(port)
}

function toLogin({ username, password }: URL): ProxyLogin | 'garbled' | undefined {
  if (username === '' && password === '') return undefined
  try {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) }
  } catch {
    return 'garbled'
  }
}
