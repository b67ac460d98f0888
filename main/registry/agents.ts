import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { getCACertificates } from 'node:tls'
import type { Agents } from './exchange.ts'

export interface AgentOptions {
  /** `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY` and the like in small letters, as other programs of this computer read them. */
  env: Readonly<Record<string, string | undefined>>
  /** More authorities than this computer trusts, as PEM. */
  ca?: readonly string[]
  /** Called with the name of a variable that is no proxy we can use; it is passed over. */
  onUnusable?: (name: string) => void
}

/** Closed by whoever made them. */
interface OwnAgents extends Agents, Disposable {
  /** Closes what nobody uses just now: this computer has slept, say, and the other end may be gone without a word. */
  closeIdle(): void
}

/** Connections by the way that this computer has: its proxy, its authorities. */
export function createAgents({ env, ca = [], onUnusable }: AgentOptions): OwnAgents {
  // One that has rested longer may be dead without having said so, as after a sleep.
  const shared = { keepAlive: true, timeout: 15_000, proxyEnv: toProxyEnv(env, onUnusable) }
  const http = new HttpAgent(shared)
  let https: HttpsAgent | undefined
  return {
    http,
    // The system's store of authorities takes its time, and nobody pulls while the app starts.
    get https() {
      return (https ??= new HttpsAgent({ ...shared, ca: trusted(ca) }))
    },
    closeIdle() {
      for (const agent of [http, https])
        for (const socket of Object.values(agent?.freeSockets ?? {}).flat()) socket?.destroy()
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

function toProxyEnv(
  env: AgentOptions['env'],
  onUnusable: AgentOptions['onUnusable'] = () => undefined,
): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of proxyNames) {
    const value = env[name] ?? ''
    const usable = /^no_proxy$/i.test(name) ? value : toProxyUrl(value)
    if (usable === undefined) onUnusable(name)
    else if (usable !== '') found[name] = usable
  }
  return found
}

/** Other programs take a proxy without a scheme as one of HTTP; undefined for one that Node does not speak, or nobody. */
function toProxyUrl(value: string): string | undefined {
  if (value === '') return ''
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`
  try {
    // It looks at all of it, the password's encoding included.
    new HttpAgent({ proxyEnv: { HTTP_PROXY: text } }).destroy()
    return /^https?:/i.test(text) ? text : undefined
  } catch {
    return undefined
  }
}

/** A store that cannot be read leaves those that Node brings. */
function systemAuthorities(): string[] {
  try {
    return getCACertificates('system')
  } catch {
    return []
  }
}
