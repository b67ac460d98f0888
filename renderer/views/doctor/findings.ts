import type { Finding } from '#api'

/** What needs a look comes first and the gravest of it at the top; what is well stands together behind it. */
export function sortFindings(found: readonly Finding[]): {
  troubles: Finding[]
  notes: Finding[]
  quiet: Finding[]
} {
  const of = (...states: Finding['state'][]) => found.filter(({ state }) => states.includes(state))
  return { troubles: of('wrong'), notes: of('note'), quiet: [...of('ok'), ...of('skipped')] }
}
