import { get, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
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
  signal?: AbortSignal | undefined
  /** How long the whole answer may take, where the whole is waited for. */
  patienceMs?: number
  /** What was being done, for the sentence of a failure. */
  doing?: Doing
}

/** The one dockerode of the app. Its errors leave this folder only as AppErrors. */
export interface EngineClient {
  docker: Docker
  /** Runs a request of dockerode's and names its failure. */
  ask<T>(request: (docker: Docker) => Promise<T>, doing?: Doing): Promise<T>
  /** The answer as it comes. */
  open(request: EngineRequest): Promise<IncomingMessage>
  /** The whole answer. */
  text(request: EngineRequest): Promise<string>
  /** The whole answer in our shape; `toOurs` says what the engine is known to send. */
  json<T>(request: EngineRequest, toOurs: (answer: never) => T): Promise<T>
  /** The connection itself, after the engine has switched it over to a terminal's bytes. */
  hijack(request: EngineRequest): Promise<Duplex>
}

/** What dockerode asks its own requests of; its types know it as `any`. */
interface Modem {
  dial(options: object, callback: (error: Error | null, answer: unknown) => void): void
}

/** An engine with thousands of objects on a slow machine takes its time; an answer that never ends is none. */
const usualPatienceMs = 120_000

const success = { 200: true, 201: true, 204: true, 304: true }

/**
 * Whole answers are read as streams: dockerode's own way never ends for an answer that is cut short, and hands over
 * what is no JSON as if it were a value.
 */
export function createEngineClient(socketPath: string): EngineClient {
  const docker = new Docker({ socketPath })
  const modem = docker.modem as Modem
  const open = async (request: EngineRequest): Promise<IncomingMessage> => {
    try {
      return (await dial(modem, request)) as IncomingMessage
    } catch (error) {
      throw toEngineError(error, request.doing)
    }
  }
  const text = async (request: EngineRequest): Promise<string> => {
    const patience = AbortSignal.timeout(request.patienceMs ?? usualPatienceMs)
    const signal = request.signal ? AbortSignal.any([request.signal, patience]) : patience
    const answer = await open({ ...request, signal })
    try {
      return await readAll(answer)
    } catch (error) {
      throw toEngineError(error, request.doing)
    }
  }
  return {
    docker,
    async ask(request, doing) {
      try {
        return await request(docker)
      } catch (error) {
        throw toEngineError(error, doing)
      }
    },
    open,
    text,
    json: async (request, toOurs) => readAnswer(await text(request), toOurs),
    async hijack(request) {
      try {
        const answer = (await dial(modem, request, { hijack: true })) as Duplex | IncomingMessage
        if ('write' in answer) return answer
        answer.destroy()
        throw new AppError('engine-garbled')
      } catch (error) {
        throw toEngineError(error, request.doing)
      }
    },
  }
}

function dial(
  modem: Modem,
  { method = 'GET', path, query = {}, body, signal }: EngineRequest,
  how: { hijack?: true } = {},
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    modem.dial(
      {
        ...how,
        isStream: true,
        path: `${path}?`,
        method,
        // An empty body is none at all: the engine refuses one where it expects nothing.
        options: { _query: withoutAbsent(query), _body: body ?? {} },
        statusCodes: success,
        ...(signal && { abortSignal: signal }),
      },
      (error, answer) => {
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
  const { Version, ApiVersion } = await client.ask((docker) => docker.version())
  return { version: Version, apiVersion: ApiVersion }
}
