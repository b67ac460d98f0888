/**
 * Why a connection through a proxy was not had: it is not there (`unreachable`), wants another login (`denied`), or did not
 * let it through (`refused`).
 */
export class ProxyError extends Error {
  override readonly name = 'ProxyError'
  readonly reason: 'unreachable' | 'denied' | 'refused'

  constructor(reason: ProxyError['reason'], detail: string, options: { cause?: unknown } = {}) {
    super(detail, options)
    this.reason = reason
  }
}
