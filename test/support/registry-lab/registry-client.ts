import { once } from 'node:events'
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { request as requestTls } from 'node:https'

/** A registry as its clients see it. */
export interface RegistryTarget {
  /** Scheme, host and port, with nothing after. */
  readonly url: string
  /** The authority to believe, PEM, where the scheme is https. */
  readonly authority?: string | undefined
  /** What to put into Authorization to work in a repository; undefined when nothing is asked for. */
  authorization?(repository: string): string | undefined
}

export interface Question {
  method?: string
  headers?: Record<string, string | readonly string[] | undefined>
  body?: Buffer | NodeJS.ReadableStream
  /** Ends the question, and the answer while it is read. */
  signal?: AbortSignal
}

export interface Answer {
  status: number
  /** What stands behind it in the status line. */
  reason: string
  headers: IncomingHttpHeaders
  body: Buffer
}

/**
 * Sends one request on a connection of its own, and resolves with the head of its answer. Not `fetch`, which follows
 * redirects, decodes bodies, and knows no authority but the system's.
 * @param path or a whole URL, as a registry's Location may be
 */
export async function send(
  target: RegistryTarget,
  path: string,
  { method = 'GET', headers = {}, body, signal }: Question = {},
): Promise<IncomingMessage> {
  const url = new URL(path, target.url)
  const options = { method, headers: onlyGiven(headers), agent: false as const, signal }
  const outgoing =
    url.protocol === 'https:'
      ? requestTls(url, { ...options, ca: target.authority })
      : request(url, options)
  // Once there is an answer an error is told by it.
  outgoing.on('error', () => undefined)
  if (body === undefined || Buffer.isBuffer(body)) outgoing.end(body)
  else body.pipe(outgoing)
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  return answer
}

/** The same with the whole of the answer, which must end in order. */
export async function ask(
  target: RegistryTarget,
  path: string,
  question: Question = {},
): Promise<Answer> {
  const answer = await send(target, path, question)
  const { statusCode: status = 0, statusMessage: reason = '', headers } = answer
  return { status, reason, headers, body: Buffer.concat(await Array.fromAsync<Buffer>(answer)) }
}

function onlyGiven(headers: NonNullable<Question['headers']>): Record<string, string | string[]> {
  const given = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === 'string' ? value : [...value]] as const],
  )
  return Object.fromEntries(given)
}
