import type { ErrorCode } from '#api'
import { proxyFaults, registryFaults, toFaultCode } from '../registry/failure.ts'

/** Words of a failure, and what they mean. Of a list the first that fits counts. */
export type Cause = readonly [RegExp, ErrorCode]

/**
 * What the engine is known to say when there is no way to a registry, in the words of its parts: containerd and Go's
 * network.
 */
export const wayCauses: readonly Cause[] = [
  [/proxyconnect|\b407\b/i, 'registry-proxy'],
  [
    /x509:|tls: |certificate (?:signed|is not|has expired)|server gave HTTP response/i,
    'registry-tls',
  ],
  [/no such host|server misbehaving|temporary failure in name resolution/i, 'registry-dns'],
  [/connection refused|no route to host|network is unreachable/i, 'registry-unreachable'],
]

export const slowWords =
  /i\/o timeout|TLS handshake timeout|context deadline exceeded|Client\.Timeout/i
export const limitedWords = /toomanyrequests|\b429\b|too many requests|rate limit/i
export const cutWords = /unexpected EOF|connection reset|broken pipe/i
export const busyWords = /\b5\d\d\b (?:Internal|Bad|Service|Gateway)|service unavailable/i

export function findCause(message: string, causes: readonly Cause[]): ErrorCode | undefined {
  return causes.find(([words]) => words.test(message))?.[1]
}

interface OwnCause {
  code: ErrorCode
  mirror?: string
  proxy?: string
}

/**
 * What we have said ourselves of a registry or of one of its mirrors, as its mirror or as the engine's proxy: the engine
 * passes on the status line; see mirrors/refuse.ts.
 */
export function ownCause(message: string): OwnCause | undefined {
  const [, word, mirror, proxy] =
    / \(([\w-]+)(?: at ([^\s()]+))?(?: by ([^\s()]+))?\)$/.exec(message) ?? []
  const fault = registryFaults.find((one) => one === word)
  if (!fault) return undefined
  return {
    code: toFaultCode(fault, proxy),
    ...(mirror !== undefined && { mirror }),
    ...(proxyFaults.has(fault) && proxy !== undefined && { proxy }),
  }
}

/** The proxy that a sentence names. */
export function byProxy(own: OwnCause | undefined): { proxy?: string } {
  return own?.proxy === undefined ? {} : { proxy: own.proxy }
}
