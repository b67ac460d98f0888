import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Log } from '../host/log.ts'
import type { ForwardProxy } from '../network/forward-proxy.ts'
import { type Answerer, answerOne } from './answer.ts'
import { AnswerBlob } from './answer-blob.ts'
import { AnswerManifest } from './answer-manifest.ts'
import { isSecret, moved, type PullAddress, secretHeader } from './pull-address.ts'
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
  /** Answers what the engine asks of others by way of us. */
  forward?: ForwardProxy
  /** How long the head of a question may take, in ms, and how many connections there may be. */
  limits?: { headersMs: number; connections: number } | undefined
}

/** An engine has some ten connections for each image; whoever has no secret must not take all that this process may open. */
const usualLimits = { headersMs: 10_000, connections: 512 }

export interface PullServer extends AsyncDisposable {
  /** On this computer's loopback, which is the guest's 10.0.2.2; with another secret than before where the port is another. */
  readonly address: PullAddress
}

/**
 * The mirror that the guest's engine asks for every image. It listens on the loopback, where every program of this
 * computer can knock, and answers only who shows the secret. That is in a header, since addresses are told in messages.
 */
export async function openPullServer(parts: PullServerParts): Promise<PullServer> {
  const { source, limits = usualLimits } = parts
  const server = createServer({
    ...{ keepAliveTimeout: 60_000, headersTimeout: limits.headersMs },
    // A blob takes as long as it takes; without a time of its own, a head would, too.
    requestTimeout: 0,
    connectionsCheckingInterval: limits.headersMs / 2,
  })
  server.maxConnections = limits.connections
  const answerTo = {
    manifests: new AnswerManifest(source, parts.onManifest),
    blobs: new AnswerBlob(source),
  }
  const { forward } = parts
  if (forward)
    server.on(
      'connect',
      (request, socket: Socket, head) => void forward.connect(request, socket, head),
    )
  server.on('request', (request, response) => {
    if (forward && request.url?.startsWith('http://') === true)
      return void forward.pass(request, response)
    void answer({ ...parts, secret: address.secret }, answerTo, { request, response }).catch(
      (error: unknown) => {
        if (!isOver(response)) parts.log.failure('mirrors.request', error)
        response.destroy()
      },
    )
  })
  const address = moved(parts.wanted, await listen(server, parts.wanted.port))
  return {
    address,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      forward?.[Symbol.dispose]()
      server.closeAllConnections()
      await closed
    },
  }
}

async function answer(
  { secret, served, onServed }: PullServerParts & Pick<PullAddress, 'secret'>,
  answerTo: Record<Route['kind'], Answerer>,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const { method, url = '', headers } = request
  const mayAsk = isSecret(headers[secretHeader], secret)
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
