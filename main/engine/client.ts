import { get, type IncomingMessage } from 'node:http'
import type { Duplex, Readable } from 'node:stream'
import Docker from 'dockerode'
import { AppError } from '#api'
import { readAnswer } from './answers.ts'
import { type Doing, toEngineError } from './errors.ts'

type Query = Record<string, string | number | boolean | readonly string[] | undefined>

export interface EngineRequest {
  method?: 'GET' | 'POST' | 'DELETE' | 'HEAD'
  path: string
  query?: Query
  body?: unknown
  /** An archive to send instead of a body. */
  upload?: Readable
  /** Who asks, towards the registry that the engine will ask: the value of its header `X-Registry-Auth`. */
  registryAuth?: string | undefined
  signal?: AbortSignal | undefined
  /**
   * Has the engine cancel what it does. Its answer goes on until it has let go, for ten seconds at most; a request that
   * has no answer yet ends at once.
   */
  cancel?: AbortSignal | undefined
  /** How long the whole answer may take, where the whole is waited for; of a hijacked connection, its beginning. */
  patienceMs?: number
  /** What was being done, for the sentence of a failure. */
  doing?: Doing
}

/** The one way to the engine. Failures leave it as AppErrors. */
export interface EngineClient {
  /** The answer as it comes, until `signal`. */
  open(request: EngineRequest): Promise<IncomingMessage>
  /** The whole answer. */
  text(request: EngineRequest): Promise<string>
  /** The whole answer in our shape; `toOurs` says what the engine is known to send. */
  json<T>(request: EngineRequest, toOurs: (answer: never) => T): Promise<T>
  /** The connection itself, after the engine has switched it over to a terminal's bytes. */
  hijack(request: EngineRequest): Promise<Duplex>
}

/** What dockerode sends its own requests by; its types know it as `any`. */
interface Modem {
  dial(options: object, callback: (error: Error | null, answer: unknown) => void): void
}

/** An engine with thousands of objects on a slow machine takes its time; an answer that never ends is none. */
const usualPatienceMs = 120_000

/** How long the engine may take to let go of what was cancelled. */
const graceMs = 10_000

const success = { 200: true, 201: true, 204: true, 304: true }

/**
 * Requests go by dockerode's modem, and all answers are read as streams: dockerode's own verbs never end for an answer
 * that is cut short, and hand over what is no JSON as if it were a value.
 */
export function createEngineClient(socketPath: string): EngineClient {
  const modem = new Docker({ socketPath }).modem as Modem
  const open = async (request: EngineRequest): Promise<IncomingMessage> => {
    try {
      return await dialUntil(modem, request)
    } catch (error) {
      throw toEngineError(error, request.doing)
    }
  }
  const text = async (request: EngineRequest): Promise<string> => {
    const answer = await open(withPatience(request))
    try {
      return await readAll(answer)
    } catch (error) {
      throw toEngineError(error, request.doing)
    }
  }
  return {
    open,
    text,
    json: async (request, toOurs) => readAnswer(await text(request), toOurs),
    async hijack(request) {
      try {
        const answer = (await dialBefore(modem, withPatience(request), { hijack: true })) as
          Duplex | IncomingMessage
        if ('write' in answer) return answer
        answer.destroy()
        throw new AppError('engine-garbled')
      } catch (error) {
        throw toEngineError(error, request.doing)
      }
    },
  }
}

function withPatience(request: EngineRequest): EngineRequest & { signal: AbortSignal } {
  const patience = AbortSignal.timeout(request.patienceMs ?? usualPatienceMs)
  const signal = request.signal ? AbortSignal.any([request.signal, patience]) : patience
  return { ...request, signal }
}

/**
 * `signal` ends the request before its answer, and the answer after that. Node's own way is to abort the request all
 * along: for an answer that has come whole but was not read to its end, the error then meets a socket that is back in
 * the agent's hands, where nobody hears it, and ends the process.
 */
async function dialUntil(modem: Modem, request: EngineRequest): Promise<IncomingMessage> {
  const { signal, cancel } = request
  if (!signal) return (await dial(modem, request)) as IncomingMessage
  const asking = cancel ? AbortSignal.any([signal, cancel]) : signal
  const answer = (await dialBefore(modem, { ...request, signal: asking })) as IncomingMessage
  atAbort(signal, answer, () => void answer.destroy())
  if (cancel) atAbort(cancel, answer, () => letGo(answer))
  return answer
}

/** While the answer lasts. */
function atAbort(signal: AbortSignal, answer: IncomingMessage, act: () => void): void {
  signal.addEventListener('abort', act)
  answer.on('close', () => signal.removeEventListener('abort', act))
  if (signal.aborted) act()
}

/** A client that says no more is one that has gone: the engine ends its work, and then what it answers. */
function letGo(answer: IncomingMessage): void {
  answer.socket.end()
  const timer = setTimeout(() => answer.destroy(), graceMs)
  answer.on('close', () => clearTimeout(timer))
}

/** `signal` ends the request as long as it has no answer. */
async function dialBefore(
  modem: Modem,
  request: EngineRequest & { signal: AbortSignal },
  options: { hijack?: boolean } = {},
): Promise<unknown> {
  const { signal } = request
  signal.throwIfAborted()
  const asking = new AbortController()
  const giveUp = () => asking.abort()
  const forget = () => signal.removeEventListener('abort', giveUp)
  signal.addEventListener('abort', giveUp)
  try {
    return await dial(
      modem,
      { ...request, signal: asking.signal },
      { ...options, onAnswer: forget },
    )
  } finally {
    forget()
  }
}

function dial(
  modem: Modem,
  { method = 'GET', path, query = {}, body, upload, registryAuth, signal }: EngineRequest,
  { hijack = false, onAnswer }: { hijack?: boolean; onAnswer?: () => void } = {},
): Promise<unknown> {
  const asked = withoutAbsent(query)
  return new Promise((resolve, reject) => {
    modem.dial(
      {
        hijack,
        isStream: true,
        path: Object.keys(asked).length > 0 ? `${path}?` : path,
        method,
        // An empty body is none at all: the engine refuses one where it expects nothing.
        options: { _query: asked, _body: body ?? {} },
        statusCodes: success,
        ...(upload && { file: upload }),
        ...(registryAuth !== undefined && { authconfig: { key: registryAuth } }),
        ...(signal && { abortSignal: signal }),
      },
      (error, answer) => {
        onAnswer?.()
        if (error) reject(error)
        else resolve(answer)
      },
    )
  })
}

function withoutAbsent(query: Query): Query {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined))
}

async function readAll(source: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of source) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

/** Resolves when the engine behind `socketPath` answers; the machine calls it end to end. */
export async function pingEngine(socketPath: string, signal: AbortSignal): Promise<void> {
  const answer = await new Promise<string>((resolve, reject) => {
    const asked = get({ socketPath, path: '/_ping', agent: false, signal }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text += part))
      response.on('end', () => resolve(text))
      response.on('error', reject)
    })
    asked.on('error', reject)
  })
  if (answer !== 'OK') throw new AppError('engine-unreachable')
}

export interface EngineVersion {
  version: string
  apiVersion: string
}

export async function readVersion(client: EngineClient): Promise<EngineVersion> {
  return client.json(
    { path: '/version' },
    ({ Version, ApiVersion }: { Version: string; ApiVersion: string }) => ({
      version: Version,
      apiVersion: ApiVersion,
    }),
  )
}
