import type { IncomingMessage, ServerResponse } from 'node:http'
import type { EngineStore } from './store.ts'

/** One request on its way to its answer. */
export interface Call {
  request: IncomingMessage
  response: ServerResponse
  query: URLSearchParams
  /** What the route's pattern has caught. */
  params: string[]
  store: EngineStore
  /** How long a verb, and one step of a transfer, takes. */
  stepMs: number
  /** Ends when the client goes. */
  gone: AbortSignal
}

export type Handler = (call: Call) => void | Promise<void>

export function sendJson({ response }: Call, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify(value)}\n`)
}

export function sendNothing({ response }: Call, status = 204): void {
  response.writeHead(status).end()
}

/** The body as text; a client sends none, or JSON. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

export function isSet(query: URLSearchParams, name: string): boolean {
  const value = query.get(name) ?? ''
  return value === '1' || value.toLowerCase() === 'true'
}

/** `filters={"id":["a"]}`, or the engine's older `{"id":{"a":true}}`. */
export function readFilters(query: URLSearchParams): Map<string, string[]> {
  const text = query.get('filters')
  if (!text) return new Map()
  const value = JSON.parse(text) as Record<string, string[] | Record<string, boolean>>
  return new Map(
    Object.entries(value).map(([key, found]) => [
      key,
      Array.isArray(found) ? found : Object.keys(found),
    ]),
  )
}
