import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Log } from '../host/log.ts'
import { type Answerer, answerOne } from './answer.ts'
import { AnswerBlob } from './answer-blob.ts'
import { AnswerManifest } from './answer-manifest.ts'
import { type PullAddress, secretHeader } from './pull-address.ts'
import type { PullSource } from './pull-source.ts'
import { parseRoute, type Route } from './route.ts'
import type { ServedHistory } from './served.ts'

export interface PullServerParts {
  source: PullSource
  served: ServedHistory
  /** Where it answered when it was last open: an engine that remembers it finds it again. */
  wanted: PullAddress
  log: Pick<Log, 'failure'>
  /** A manifest was read, and is one. */
  onManifest?: (bytes: Buffer) => void
  /** Something was served. */
  onServed?: () => void
}

export interface PullServer extends AsyncDisposable {
  /** On this computer's loopback, which is the guest's 10.0.2.2. */
  readonly port: number
}

/**
 * The mirror that the guest's engine asks for every image. It listens on the loopback, where every program of this
 * computer can knock, and answers only who shows the secret. That is in a header, since addresses are told in messages.
 */
export async function openPullServer(parts: PullServerParts): Promise<PullServer> {
  // A blob takes as long as it takes.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 })
  const { source } = parts
  const answerTo = { manifests: new AnswerManifest(source, parts.onManifest), blobs: new AnswerBlob(source) }
  server.on('request', (request, response) => {
    void answer(parts, answerTo, { request, response }).catch((error: unknown) => {
      if (!isOver(response)) parts.log.failure('mirrors.request', error)
      response.destroy()
    })
  })
  const port = await listen(server, parts.wanted.port)
  return {
    port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function answer(
  { wanted, served, onServed }: PullServerParts,
  answerTo: Record<Route['kind'], Answerer>,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const { method, url = '', headers } = request
  const mayAsk = isSame(headers[secretHeader], wanted.secret)
  const isQuestion = method === 'GET' || method === 'HEAD'
  const route =
    mayAsk && isQuestion && url.startsWith('/v2/') ? parseRoute(url.slice(3)) : undefined
  if (!route) {
    response.writeHead(404).end()
    return
  }
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  await answerOne(answerTo[route.kind], { route, request, response, signal: gone.signal }, served)
  onServed?.()
}

/** In a time that tells nothing of how much of it is right. */
function isSame(given: string | string[] | undefined, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(secret))
}

function isOver(response: ServerResponse): boolean {
  return response.destroyed || response.writableFinished
}

/** The port that it had before, else a free one. */
async function listen(server: Server, wanted: number): Promise<number> {
  const listenAt = async (port: number) => {
    server.listen({ host: '127.0.0.1', port, exclusive: true })
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  return await listenAt(wanted).catch(() => listenAt(0))
}
