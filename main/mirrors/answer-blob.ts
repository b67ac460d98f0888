import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { type RegistryFailure, toFailure } from '../registry/failure.ts'
import { type BlobStream, openBlob } from './blob.ts'
import type { Answerer, PullServerParts } from './pull-server.ts'
import { refuse } from './refuse.ts'
import { parseRange, type Range, type Route } from './route.ts'

/** Blobs: passed on as they come. */
export class AnswerBlob implements Answerer {
  readonly #parts: PullServerParts

  constructor(parts: PullServerParts) {
    this.#parts = parts
  }

  async answer(
    route: Route,
    {
      request,
      response,
      signal,
    }: { request: IncomingMessage; response: ServerResponse; signal: AbortSignal },
  ): Promise<void> {
    const at = Date.now()
    const bytes = new Map<string, number>()
    const range = parseRange(request.headers.range)
    try {
      const blob = await openBlob(this.#parts.source, { route, range, signal })
      writeHead(response, blob, range)
      if (request.method === 'GET') await send(blob, response, bytes)
      else response.end()
      this.#note(route, { at, bytes })
    } catch (error) {
      if (signal.aborted) return
      const failure = toFailure(error)
      this.#note(route, { at, bytes, failure })
      // Half of a blob must not look like all of it.
      if (response.headersSent) response.destroy()
      else refuse(response, route.registry, failure)
    }
  }

  #note(
    route: Route,
    { at, bytes, failure }: { at: number; bytes: Map<string, number>; failure?: RegistryFailure },
  ): void {
    const { served, onServed } = this.#parts
    served.add({
      ...{ at, ms: Date.now() - at, route, bytes },
      ...(failure && { failure: { fault: failure.fault, detail: failure.message } }),
    })
    onServed?.()
  }
}

function writeHead(
  response: ServerResponse,
  { size, range: { start, end } }: BlobStream,
  range: Range | undefined,
): void {
  response.writeHead(range ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': end - start + 1,
    'accept-ranges': 'bytes',
    ...(range && { 'content-range': `bytes ${start}-${end}/${size}` }),
  })
}

async function send(
  { pieces }: BlobStream,
  response: ServerResponse,
  bytes: Map<string, number>,
): Promise<void> {
  const count = async function* () {
    for await (const { bytes: piece, endpoint } of pieces) {
      bytes.set(endpoint.url, (bytes.get(endpoint.url) ?? 0) + piece.length)
      yield piece
    }
  }
  await pipeline(count, response)
}
