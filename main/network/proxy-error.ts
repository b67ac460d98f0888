/**
 * Why a connection through a proxy was not had: it is not there (`unreachable`), wants another login (`denied`), or did not
 * let it through (`refused`).
 */
export class ProxyError extends Error {
  override readonly name = 'ProxyError'
  readonly reason: 'unreachable' | 'denied' | 'refused'
  /** Which, without its login; undefined for one that nobody can ask. */
  readonly proxy: string | undefined

  constructor(
    reason: ProxyError['reason'],
    detail: string,
    options: { proxy?: string; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause })
    this.reason = reason
    this.proxy = options.proxy
  }
}
