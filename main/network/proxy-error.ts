/**
 * Why a connection through a proxy was not had: it is not there (`unreachable`), is none that we can use (`unusable`),
 * wants another login (`denied`), or works and does not connect to that host (`refused`).
 */
export class ProxyError extends Error {
  override readonly name = 'ProxyError'
  readonly reason: 'unreachable' | 'unusable' | 'denied' | 'refused'
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
