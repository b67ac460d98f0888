import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/**
 * Who may speak to the browser's face. A token is good for one visit and becomes a cookie, which is good until the app
 * ends. Requests must name this server exactly (no other name that points at loopback) and, where they act, come from a
 * page of its own.
 */
export class Sessions {
  #token = newSecret()
  /**
   * Where everything is served, known to no other page. Browsers send a cookie to every port of a host, so to whatever
   * a container has published there; one that is bound to this path is sent here alone.
   */
  readonly base = `/${newSecret()}/`
  readonly #cookies = new Set<string>()
  readonly #port: () => number

  constructor(port: () => number) {
    this.#port = port
  }

  /** The token that was not used yet. */
  get token(): string {
    return this.#token
  }

  /** The Set-Cookie header for the token; from now on another one is valid. */
  exchange(token: string): string | undefined {
    if (!isSame(this.#token, token)) return undefined
    this.#token = newSecret()
    const value = newSecret()
    this.#cookies.add(value)
    return `${this.#cookieName()}=${value}; Path=${this.base}; HttpOnly; SameSite=Strict`
  }

  hasCookie(request: IncomingMessage): boolean {
    const name = `${this.#cookieName()}=`
    const values = (request.headers.cookie ?? '')
      .split(/;\s*/)
      .filter((part) => part.startsWith(name))
    return values.some((part) =>
      [...this.#cookies].some((known) => isSame(known, part.slice(name.length))),
    )
  }

  /** Against DNS rebinding: a page of another name reaches this port and still says its own name. */
  namesUs(request: IncomingMessage): boolean {
    return this.#names().includes(request.headers.host ?? '')
  }

  /** Against pages of others: required on whatever acts, WebSockets included. */
  comesFromUs(request: IncomingMessage): boolean {
    const origin = request.headers.origin ?? ''
    return this.#names().some((name) => origin === `http://${name}`)
  }

  #names(): string[] {
    return [`127.0.0.1:${this.#port()}`, `localhost:${this.#port()}`]
  }

  /** Cookies do not tell ports apart, so the name does: two homes may have a page open. */
  #cookieName(): string {
    return `berth_${this.#port()}`
  }
}

function isSame(known: string, given: string): boolean {
  const [a, b] = [Buffer.from(known), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function newSecret(): string {
  return randomBytes(32).toString('base64url')
}
