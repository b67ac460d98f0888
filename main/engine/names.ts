import { AppError } from '#api'

/** An id or a name, as the engine allows them; what else could be in the path of a request is refused. */
export function parseContainerId(id: unknown): string {
  if (typeof id === 'string' && /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(id)) return id
  throw new AppError('container-missing', { name: String(id).slice(0, 80) })
}

/** A name to be given; the engine's own rule (moby, daemon/names). */
export function parseContainerName(name: unknown): string {
  if (typeof name === 'string' && /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name)) return name
  throw new AppError('input-invalid', { what: 'name', field: 'name' })
}

/** `SIGTERM`, `TERM`, `SIGRTMIN+3` or a number. */
export function parseSignal(signal: unknown): string {
  if (typeof signal === 'string' && /^((SIG)?[A-Z]+[0-9]*([+-]\d+)?|\d{1,2})$/.test(signal)) {
    return signal
  }
  throw new AppError('input-invalid', { what: 'signal', field: 'signal' })
}

/**
 * A name of an image without a tag means `latest`, as on the command line; without it the engine would pull every tag.
 */
export function parseReference(reference: unknown): string {
  const isName = typeof reference === 'string' && /^[\w][\w.:/@+-]*$/.test(reference)
  // It becomes part of a request's path, where these would lead elsewhere.
  if (!isName || /(^|\/)\.{0,2}(\/|$)/.test(reference)) {
    throw new AppError('image-name-invalid', { image: String(reference).slice(0, 200) })
  }
  // An id in full, or what is named in full already.
  const named = /[@:]/.test(reference.slice(reference.lastIndexOf('/') + 1))
  return named ? reference : `${reference}:latest`
}

/** A name that can be given, or pushed: a tag's, and no digest's. */
export function parseTag(reference: unknown): string {
  const tag = parseReference(reference)
  if (tag.includes('@')) throw new AppError('image-name-invalid', { image: tag.slice(0, 200) })
  return tag
}

/** An image by name or by id. */
export function parseImage(image: unknown): string {
  const isShortId = typeof image === 'string' && /^[0-9a-f]{12,64}$/.test(image)
  return isShortId ? image : parseReference(image)
}

/** The two halves of `registry:5000/team/app:1.0`, or of one that ends with `@sha256:…`. */
export function splitReference(reference: string): { repository: string; tag: string } {
  const digest = reference.indexOf('@')
  const at = digest < 0 ? reference.lastIndexOf(':') : digest
  return { repository: reference.slice(0, at), tag: reference.slice(at + 1) }
}

/** `linux/arm64/v8` */
export const platformPattern = /^[a-z0-9]+(\/[a-z0-9_]+){0,2}$/

export function parsePlatform(platform: unknown): string {
  if (typeof platform === 'string' && platformPattern.test(platform)) return platform
  throw new AppError('input-invalid', { what: 'platform', field: 'platform' })
}
