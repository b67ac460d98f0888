import { AppError } from '#api'
import type { Names } from './command-row.ts'

const oneId = /^(?:sha256:)?[0-9a-f]{64}$/
const anyId = /(?:sha256:)?\b[0-9a-f]{64}\b/g

/**
 * Gives an error of the app the names that its user knows in place of ids. Made when the work begins: what is removed
 * meanwhile has no name any more.
 */
export function createNamedError(
  args: readonly unknown[],
  names: Names,
): (error: unknown) => unknown {
  const toName = (id: string) => (id.startsWith('sha256:') ? names.image(id) : names.container(id))
  const known = new Map(
    args
      .filter((arg): arg is string => typeof arg === 'string' && oneId.test(arg))
      .map((id) => [id, toName(id)]),
  )
  return (error) => {
    if (!(error instanceof AppError)) return error
    const named = (text: string) => text.replace(anyId, (id) => known.get(id) ?? toName(id))
    const params = Object.entries(error.params).map(([name, value]) => [
      name,
      typeof value === 'string' ? named(value) : value,
    ])
    return new AppError(error.code, Object.fromEntries(params) as AppError['params'], {
      cause: error,
      details: error.details,
    })
  }
}
