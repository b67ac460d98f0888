import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type WebSocket, WebSocketServer } from 'ws'
import { AppError, type ErrorShape, type Link, kinds, serve } from '#api'
import { type FakeApi, type FakeOptions, createFakeApi } from './fake-api.ts'

const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const types: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
}

export interface FakeServer extends AsyncDisposable {
  url: string
  api: FakeApi
  /** From now on the session is refused, as after its cookie has ended. */
  refuse(): void
  /** Cuts every open WebSocket. */
  cut(): void
}

export interface FakeServerOptions extends FakeOptions {
  port?: number
  /** The built window. */
  folder?: string
}

/** The built window over http and its WebSocket on a fake Api, with the headers of the real server. */
export async function startFakeServer(options: FakeServerOptions = {}): Promise<FakeServer> {
  const folder = options.folder ?? fileURLToPath(new URL('../../dist/renderer', import.meta.url))
  const api = createFakeApi(options)
  const session = { refused: false }
  const server = createServer((request, response) => {
    void answer(request, response, { api, folder, refused: session.refused })
  })
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      if (session.refused) webSocket.close(4401)
      else serve({ ...api }, toLink(webSocket), { kinds, toShape })
    })
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const cut = () => {
    for (const client of sockets.clients) client.terminate()
  }
  return {
    url: `http://127.0.0.1:${port}/`,
    api,
    cut,
    refuse() {
      session.refused = true
      cut()
    },
    async [Symbol.asyncDispose]() {
      cut()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Answering {
  api: FakeApi
  folder: string
  refused: boolean
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { api, folder, refused }: Answering,
) {
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1')
  response.setHeader('content-security-policy', contentSecurityPolicy)
  if (pathname === '/session') {
    response.writeHead(refused ? 401 : 204).end()
    return
  }
  if (pathname === '/upload/image') {
    await upload(request, response, api)
    return
  }
  const file = normalize(join(folder, pathname === '/' ? 'index.html' : pathname))
  const body = file.startsWith(folder) ? await readFile(file).catch(() => undefined) : undefined
  if (!body) {
    response.writeHead(404).end()
    return
  }
  response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream')
  response.end(body)
}

async function upload(request: IncomingMessage, response: ServerResponse, api: FakeApi) {
  if (request.headers['x-berth'] !== '1') {
    response.writeHead(403).end()
    return
  }
  let size = 0
  for await (const chunk of request) size += (chunk as Buffer).length
  response.setHeader('content-type', 'application/x-ndjson')
  try {
    if (size === 0) throw new AppError('image-file-invalid')
    for await (const progress of api.images.load('upload'))
      response.write(`${JSON.stringify(progress)}\n`)
  } catch (error) {
    response.write(`${JSON.stringify({ error: toShape(error) })}\n`)
  }
  response.end()
}

function toLink(socket: WebSocket): Link {
  return {
    send: (text) => {
      if (socket.readyState === socket.OPEN) socket.send(text)
    },
    onMessage: (listener) =>
      void socket.on('message', (data: Buffer) => {
        listener(data.toString())
      }),
    onClose: (listener) => void socket.on('close', listener),
  }
}

function toShape(error: unknown): ErrorShape {
  return error instanceof AppError
    ? error.toShape()
    : { code: 'internal', params: { log: '/home/user/.local/share/berth/logs/app.log' } }
}
