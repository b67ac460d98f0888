import { AppError } from '#api'
import { patient } from '../mirrors/endpoint.ts'
import { toAskError } from '../mirrors/fault-error.ts'
import { createRegistryClient } from '../registry/client.ts'
import type { Agents, Exchange } from '../registry/exchange.ts'
import { RegistryFailure, toFailure } from '../registry/failure.ts'
import { type Credentials, toBasic } from '../registry/tokens.ts'
import { basesOf } from './logins.ts'

export interface TryOptions {
  agents: Agents
  isPlainAllowed: boolean
  signal: AbortSignal
}

/**
 * Shows a registry who we are, as `docker login` does: https://distribution.github.io/distribution/spec/api/#base
 * Without a login it is asked whether it answers at all; that it wants one is a good answer then.
 * @throws {AppError} `registry-login-refused`, `registry-plain-http`, or what kept it from answering
 */
export async function tryLogin(
  registry: string,
  login: Credentials | undefined,
  options: TryOptions,
): Promise<void> {
  let failure: RegistryFailure | undefined
  for (const base of basesOf(registry, options.isPlainAllowed)) {
    // Who speaks TLS, however badly, is never asked in the open.
    if (failure && !speaksPlain(failure) && failure.fault !== 'unreachable') break
    try {
      await tryAt(base, login, options)
      return
    } catch (error) {
      failure = toFailure(error)
      if (failure.fault === 'denied' && !login) return
    }
  }
  if (failure) throw toError(registry, failure, login)
}

async function tryAt(
  base: string,
  login: Credentials | undefined,
  { agents, signal }: TryOptions,
): Promise<void> {
  const asked: string[] = []
  const client = createRegistryClient({
    agents,
    credentialsFor: (at) => {
      asked.push(at)
      return login
    },
  })
  const question = { base, path: '/', deadlines: patient, signal }
  const answer = await client.open(question)
  answer.discard()
  if (!isRegistry(answer)) throw new RegistryFailure('garbled', 'no answer of a registry')
  // Some let everybody in here and keep single images to those they know, whom they know by this alone.
  if (asked.length > 0 || !login) return
  const headers = { authorization: toBasic(login) }
  const again = await client.open({ ...question, headers })
  again.discard()
}

/** A page of a network's portal is not sent a password. */
function isRegistry({ headers }: Exchange): boolean {
  const type = headers['content-type'] ?? ''
  return headers['docker-distribution-api-version'] !== undefined || /\bjson\b/i.test(type)
}

function toError(registry: string, failure: RegistryFailure, login?: Credentials): AppError {
  const { fault, message, proxy } = failure
  if (fault === 'denied' && login)
    return new AppError('registry-login-refused', { host: registry, username: login.username })
  if (speaksPlain(failure)) return new AppError('registry-plain-http', { host: registry })
  const told = fault === 'absent' ? 'garbled' : fault
  return toAskError({ fault: told, proxy }, `https://${registry}`, [message])
}

/** OpenSSL reads the answer of a server without TLS as a version of TLS that does not exist. */
function speaksPlain({ fault, message }: RegistryFailure): boolean {
  return fault === 'tls' && /wrong version number|packet length too long/i.test(message)
}
