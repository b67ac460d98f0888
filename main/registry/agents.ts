import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { getCACertificates } from 'node:tls'
import type { Agents } from './exchange.ts'

export interface AgentOptions {
  /** `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY` and the like in small letters, as other programs of this computer read them. */
  env: Readonly<Record<string, string | undefined>>
  /** More authorities than this computer trusts, as PEM. */
  ca?: readonly string[]
}

/** Connections by the way that this computer has: its proxy, its authorities. Closed by whoever made them. */
export function createAgents({ env, ca = [] }: AgentOptions): Agents & Disposable {
  const shared = { keepAlive: true, maxSockets: 32, proxyEnv: toProxyEnv(env) }
  const http = new HttpAgent(shared)
  let https: HttpsAgent | undefined
  return {
    http,
    // The system's store of authorities takes its time, and nobody pulls while the app starts.
    get https() {
      return (https ??= new HttpsAgent({ ...shared, ca: trusted(ca) }))
    },
    [Symbol.dispose]() {
      http.destroy()
      https?.destroy()
    },
  }
}

/** What a company's administrator has added to the system counts, as in every browser. */
function trusted(more: readonly string[]): string[] {
  return [...new Set([...getCACertificates('default'), ...systemAuthorities(), ...more])]
}

const proxyNames = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap((name) => [
  name,
  name.toLowerCase(),
])

function toProxyEnv(env: AgentOptions['env']): Record<string, string> {
  const found = proxyNames.flatMap((name) => {
    const value = env[name]
    return value === undefined || value === '' ? [] : [[name, value] as const]
  })
  return Object.fromEntries(found)
}

/** A store that cannot be read leaves those that Node brings. */
function systemAuthorities(): string[] {
  try {
    return getCACertificates('system')
  } catch {
    return []
  }
}
