import { type ErrorCode, type RegistriesSnapshot, toTypedRegistry } from '#api'

/** Where nothing lasting and safe can be had, a login wants one of these. */
export type LoginPlace = 'plain' | 'memory'
export type LoginField = 'registry' | 'username' | 'password' | 'place' | 'form'

const fields: Partial<Record<ErrorCode, LoginField>> = {
  'registry-login-refused': 'password',
  'registry-login-invalid': 'username',
  'credentials-nowhere': 'place',
  'credential-helper-failed': 'place',
}

/** The field at which a failed login is told: what a registry says of itself is told at its name. */
export function fieldOf(code: ErrorCode): LoginField {
  return fields[code] ?? (/^(?:registry|ask)-/.test(code) ? 'registry' : 'form')
}

/** Whether it has to be said where a login is kept; who has said so for this registry before has. */
export function wantsPlace(snapshot: RegistriesSnapshot | undefined, registry: string): boolean {
  if (!snapshot?.store.error) return false
  const before = snapshot.accounts.find((account) => account.registry === toTypedRegistry(registry))
  return before?.place !== 'plain' && before?.place !== 'memory'
}
