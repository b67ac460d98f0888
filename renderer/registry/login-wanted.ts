import type { ErrorCode } from '#api'

const denials: ReadonlySet<ErrorCode> = new Set([
  'registry-denied',
  'registry-catalog-denied',
  'repository-denied',
])

/** Whether a registry might have answered somebody who has logged in there; a proxy that wants a login is another. */
export function mayWantLogin(code: ErrorCode): boolean {
  return denials.has(code)
}
