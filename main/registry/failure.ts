import type { ErrorCode } from '#api'
import { ProxyError } from '../network/proxy-error.ts'

/**
 * Why a place did not give what it was asked for:
 * - `absent`, `denied`: it answers well, and says that it has it not, or not for us.
 * - `lagging`: mirrors have it not, and the registry itself cannot be asked whether there is such a thing.
 * - `limited`: too many were asked for; `busy`: an error of its own (5xx).
 * - `dns`, `unreachable`, `tls`, `proxy`: there is no way to it; `proxy-refused`: the proxy does not connect to it;
 *   `proxy-denied`: the proxy wants another login.
 * - `slow`: it did not connect, answer, or go on in time; `cut`: it ended in the middle.
 * - `lied`: other bytes than those that were asked for; `garbled`: no answer of a registry.
 */
export const registryFaults = [
  'absent',
  'denied',
  'lagging',
  'limited',
  'busy',
  'dns',
  'unreachable',
  'tls',
  'proxy',
  'proxy-refused',
  'proxy-denied',
  'slow',
  'cut',
  'lied',
  'garbled',
] as const
export type RegistryFault = (typeof registryFaults)[number]

/** What another proxy, or another authority, may make good. */
export const wayFaults: ReadonlySet<RegistryFault> = new Set([
  ...([
    'dns',
    'unreachable',
    'tls',
    'proxy',
    'proxy-refused',
    'proxy-denied',
    'slow',
    'cut',
  ] as const),
])

/** Told with the proxy whose doing it was, where that is known. */
export const proxyFaults: ReadonlySet<RegistryFault> = new Set(['proxy', 'proxy-refused'])

/** Under which a fault is told. */
export function toFaultCode(fault: RegistryFault, proxy: string | undefined): ErrorCode {
  if (fault === 'proxy' && proxy !== undefined) return 'registry-proxy-named'
  if (fault === 'proxy-refused' && proxy === undefined) return 'registry-proxy'
  return `registry-${fault}`
}

export class RegistryFailure extends Error {
  override readonly name = 'RegistryFailure'
  readonly fault: RegistryFault
  /** How long it wants not to be asked, where it says so. */
  readonly retryAfterMs: number | undefined
  /** The proxy whose doing it was, where that is known. */
  readonly proxy: string | undefined

  constructor(
    fault: RegistryFault,
    detail: string,
    options: {
      cause?: unknown
      retryAfterMs?: number | undefined
      proxy?: string | undefined
    } = {},
  ) {
    super(detail, { cause: options.cause })
    this.fault = fault
    this.retryAfterMs = options.retryAfterMs
    this.proxy = options.proxy
  }
}

const byCode: Readonly<Record<string, RegistryFault>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ECONNREFUSED: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ETIMEDOUT: 'slow',
  ECONNRESET: 'cut',
  EPIPE: 'cut',
  EPROTO: 'tls',
}

/** An error of Node's own, by what it means here. */
export function toFailure(error: unknown): RegistryFailure {
  if (error instanceof RegistryFailure) return error
  if (error instanceof ProxyError) {
    const { message, proxy } = error
    return new RegistryFailure(faultOfProxy(error), message, { cause: error, proxy })
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const detail = error instanceof Error ? error.message : String(error)
  return new RegistryFailure(byCode[code] ?? faultOf(code), detail, { cause: error })
}

function faultOfProxy({ reason }: ProxyError): RegistryFault {
  if (reason === 'refused') return 'proxy-refused'
  return reason === 'denied' ? 'proxy-denied' : 'proxy'
}

/** OpenSSL names what is wrong with a certificate in a hundred ways; Node cannot read what is no HTTP. */
function faultOf(code: string): RegistryFault {
  if (/CERT|SIGNATURE|ISSUER|CRL|TLS|SSL/.test(code)) return 'tls'
  return code.startsWith('HPE_') ? 'garbled' : 'cut'
}

/** The failure that a status tells of; undefined for one that is none. */
export function failureOfStatus(
  status: number,
  retryAfter: string | undefined,
): RegistryFailure | undefined {
  const fault = faultOfStatus(status)
  if (!fault) return undefined
  return new RegistryFailure(fault, `status ${status}`, { retryAfterMs: toMs(retryAfter) })
}

function faultOfStatus(status: number): RegistryFault | undefined {
  if (status < 300) return undefined
  // Of a range: the blob ends before it.
  if (status === 404 || status === 416) return 'absent'
  if (status === 401 || status === 403) return 'denied'
  if (status === 429) return 'limited'
  if (status === 407) return 'proxy-denied'
  return status >= 500 ? 'busy' : 'garbled'
}

/** Seconds, or a date: RFC 9110, 10.2.3. */
function toMs(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000
  const at = Date.parse(retryAfter)
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now())
}
