/** A refusal of ours in the words of the system: `code` is an errno's name. */
export class HostError extends Error {
  override readonly name = 'HostError'
  readonly code: string

  constructor(code: string, what: string) {
    super(`${code}: ${what}`)
    this.code = code
  }
}

/** The errno's name of a failure of the system or of ours. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
}

export function isDenied(error: unknown): boolean {
  const code = errnoOf(error)
  return code === 'EACCES' || code === 'EPERM'
}
