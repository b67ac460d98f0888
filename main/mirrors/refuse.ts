import type { ServerResponse } from 'node:http'
import { proxyFaults, type RegistryFault, toFailure } from '../registry/failure.ts'
import { createSay, sayError } from '../words/words.ts'
import { hostOf, toAskError, toServedError, type Told } from './fault-error.ts'
import type { ServedFailure } from './served.ts'

const say = createSay('en')

/**
 * Tells the engine that nothing comes from here, upon which it asks the registry itself, with what its user has logged in
 * by. Should that fail, too, it tells its user of our answer and not of the other: so what is wrong stands in the status
 * line, in the words that clients of the engine speak, and with a mark that we know it by.
 */
export function refuse(response: ServerResponse, registry: string, failure: ServedFailure): void {
  const { fault, mirror } = failure
  const sentence = sayError(say, toServedError(registry, failure))
  response.writeHead(statusOf(fault), `${toReason(sentence)} ${toMark(failure, mirror)}`).end()
}

/** What is wrong with a host, as a status line has it. */
export function toFailureReason(error: unknown, host: string): string {
  const failure = toFailure(error)
  const sentence = sayError(say, toAskError(failure, `https://${host}`))
  return `${toReason(sentence)} ${toMark(failure)}`
}

/** Read again by `ownCause` of engine/registry-words.ts: `(slow at mirror.example)`, `(proxy by http://10.0.0.1:3128)`. */
function toMark({ fault, proxy }: Told, mirror?: string): string {
  const at = mirror === undefined ? '' : ` at ${hostOf(mirror)}`
  const by = proxyFaults.has(fault) && proxy !== undefined ? ` by ${proxy}` : ''
  return `(${fault}${at}${by})`
}

function statusOf(fault: RegistryFault): number {
  // Never 429, upon which it would ask at once, and several times.
  return fault === 'absent' || fault === 'denied' ? 404 : 502
}

/** What a status line may hold: RFC 9112, 4. */
function toReason(sentence: string): string {
  return sentence.replace(/[^\x20-\x7e]/g, '?')
}
