import { AppError, type ErrorCode, type ErrorShape } from '#api'
import { proxyFaults, type RegistryFault, toFaultCode, wayFaults } from '../registry/failure.ts'
import type { ServedFailure } from './served.ts'

/** What went wrong, and the proxy whose doing it was, where that is known. */
export interface Told {
  fault: RegistryFault
  proxy?: string | undefined
}

/** Beside a pull a mirror is no help, and there are no layers to be kept. */
const askCodes: Partial<Record<RegistryFault, ErrorCode>> = {
  limited: 'ask-limited',
  busy: 'ask-busy',
  slow: 'ask-slow',
  cut: 'ask-cut',
}

/** What went wrong with a host that was asked beside any pull: to show what it has, to let somebody in, to be tested. */
export function toAskError(
  { fault, proxy }: Told,
  url: string,
  details: readonly string[] = [],
): AppError {
  return toError(askCodes[fault] ?? toFaultCode(fault, proxy), { fault, url, proxy, details })
}

/** There is another way to all that was tested: what was found of the one before says nothing any more. */
export function forgetWay<Key>(tests: Map<Key, { error?: ErrorShape }>): void {
  for (const [key, { error }] of tests) if (error && wayCodes.has(error.code)) tests.delete(key)
}

/** Why an image of a registry did not come: it names the mirror that is to blame, if it was one. */
export function toServedError(registry: string, failure: ServedFailure): AppError {
  const { fault, mirror = `https://${registry}`, proxy, details } = failure
  return toError(toFaultCode(fault, proxy), { fault, url: mirror, proxy, details })
}

export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}

function toError(
  code: ErrorCode,
  { fault, url, proxy, details }: Told & { url: string; details: readonly string[] },
): AppError {
  const named = proxyFaults.has(fault) && proxy !== undefined && { proxy }
  return new AppError(code, { host: hostOf(url), ...named }, { details: [...details] })
}

/** As tests tell them, with a proxy's name or without. */
const wayCodes: ReadonlySet<ErrorCode> = new Set(
  [...wayFaults].flatMap((fault) => {
    const named = { fault, proxy: 'http://a.example:1' }
    return [{ fault }, named].map((told) => toAskError(told, '').code)
  }),
)
