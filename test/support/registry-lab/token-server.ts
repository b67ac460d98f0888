// A server of tokens of our own, made after distribution's Token Authentication Specification
// (https://distribution.github.io/distribution/spec/auth/token/): it stands for those of Docker Hub and of clouds, of
// which nothing was recorded.

import { randomUUID, sign } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Authority, createAuthority } from './certificate.ts'
import type { TokenAuth } from './host-registry.ts'
import { startLoopbackServer } from './loopback-server.ts'

/** A request for a token, and what became of it. */
interface TokenRequest {
  method: string
  /** Who gave a name and a password, right or wrong. */
  user: string | undefined
  service: string | undefined
  /** As they were asked for: `repository:library/app:pull`. */
  scopes: readonly string[]
  /** 401 for a wrong password; who may do nothing gets a token that is good for nothing. */
  status: number
}

/** Seconds. May be changed at any time, for the tokens that come after. */
interface TokenLife {
  /** What is told as `expires_in`; undefined tells nothing, which means 60. */
  told: number | undefined
  /** How long one is good in truth. The registry itself is lenient by 60 s: below -60 it refuses one at once. */
  true: number
}

export interface TokenServerOptions {
  /** Names with their passwords: they may pull and push. */
  users?: Readonly<Record<string, string>>
  /** Repositories that only a user may pull; anyone may pull the others. */
  privateRepositories?: readonly string[]
  /** 300 s when not given. */
  life?: TokenLife
}

export interface TokenServer extends AsyncDisposable {
  /** The realm. */
  readonly url: string
  readonly life: TokenLife
  readonly requests: readonly TokenRequest[]
  /** How many requests had this scope, of this user; of anyone or for anything where not given. */
  count(asked?: { scope?: string; user?: string | null }): number
  /** For the registry that is to believe these tokens; `realm` for one whose clients come by way of a proxy. */
  auth(realm?: string): TokenAuth
}

interface Access {
  type: string
  name: string
  actions: string[]
}

const service = 'registry.berth.test'
const issuer = 'tokens.berth.test'
const pushLife: TokenLife = { told: 300, true: 300 }

/**
 * A server of Bearer tokens: distribution.github.io/distribution/spec/auth/token for the requests, …/spec/auth/jwt for
 * what it signs. It has no refresh tokens, and answers the POST of OAuth 2 with 405, as those without OAuth 2 do.
 */
export async function startTokenServer(options: TokenServerOptions = {}): Promise<TokenServer> {
  const authority = createAuthority()
  const life: TokenLife = { told: 300, true: 300, ...options.life }
  const requests: TokenRequest[] = []
  const server = await startLoopbackServer((request, response) => {
    const asked = readRequest(request)
    const { user, password, scopes } = asked
    const known = user === undefined || options.users?.[user] === password
    const status = asked.method === 'GET' ? (known ? 200 : 401) : 405
    requests.push({ ...{ method: asked.method, user, service: asked.service, scopes, status } })
    if (status !== 200) {
      response.writeHead(status, { 'www-authenticate': 'Basic realm="tokens"' }).end()
      return
    }
    const access = scopes.map((scope) => grant(toAccess(scope), user, options))
    tell(response, createToken(authority, access, life), life)
  })
  return {
    url: `${server.url}/token`,
    ...{ life, requests },
    count: ({ scope, user } = {}) =>
      requests.filter(
        (one) =>
          (scope === undefined || one.scopes.includes(scope)) &&
          (user === undefined || one.user === (user ?? undefined)),
      ).length,
    auth: (realm = `${server.url}/token`) => ({
      ...{ kind: 'token', realm, service, issuer, authority: authority.certificate },
      authorization: (name) =>
        `Bearer ${createToken(authority, [{ type: 'repository', name, actions: all }], pushLife)}`,
    }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

const all = ['pull', 'push', 'delete']

function readRequest({ method = '', url = '', headers }: IncomingMessage) {
  const query = new URL(url, 'http://tokens').searchParams
  const basic = /^Basic (.*)$/i.exec(headers.authorization ?? '')?.[1]
  const [user, ...rest] =
    basic === undefined ? [] : Buffer.from(basic, 'base64').toString().split(':')
  // More than one scope comes in parameters of their own, or in one with spaces.
  const scopes = query.getAll('scope').flatMap((scope) => scope.split(' '))
  return {
    ...{ method, user, password: rest.join(':'), scopes: scopes.filter((scope) => scope !== '') },
    service: query.get('service') ?? undefined,
  }
}

/** A name may have colons, when it begins with a host and a port. */
function toAccess(scope: string): Access {
  const [type = '', ...rest] = scope.split(':')
  const actions = rest.pop()?.split(',') ?? []
  return { type, name: rest.join(':'), actions }
}

/** Less than was asked for is no error, by the specification: it is in the token. */
function grant(access: Access, user: string | undefined, options: TokenServerOptions): Access {
  const isCatalog = access.type === 'registry'
  const isPrivate = options.privateRepositories?.includes(access.name) ?? false
  const may =
    user === undefined ? (isPrivate || isCatalog ? [] : ['pull']) : isCatalog ? ['*'] : all
  return { ...access, actions: access.actions.filter((action) => may.includes(action)) }
}

/** With the certificate in `x5c`, so that the registry needs to know the authority alone. */
function createToken({ certificate, privateKey }: Authority, access: Access[], life: TokenLife) {
  const now = Math.floor(Date.now() / 1000)
  const body = certificate.replace(/-----[^-]*-----|\s/g, '')
  const header = { typ: 'JWT', alg: 'ES256', x5c: [body] }
  const times = { iat: now, nbf: now - 600, exp: now + life.true }
  const claims = { iss: issuer, sub: '', aud: service, ...times, jti: randomUUID(), access }
  const signed = [header, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  const text = signed.join('.')
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' as const }
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
}

/** Under both of its names: the specification has `token`, OAuth 2 `access_token`. */
function tell(response: ServerResponse, token: string, life: TokenLife): void {
  const expiry = life.told === undefined ? {} : { expires_in: life.told }
  const answer = { token, access_token: token, ...expiry, issued_at: new Date().toISOString() }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
}
