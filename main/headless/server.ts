import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { AppError } from '#api'
import type { App } from '../app.ts'
import { contentSecurityPolicy } from '../window/csp.ts'
import { isOwnRequest, sendArchive } from './download.ts'
import { sendFile } from './files.ts'
import { refuse } from './refusal.ts'
import { Sessions } from './session.ts'
import { receiveImage } from './upload.ts'
import { createWebSocketLink } from './web-socket-link.ts'

export interface UiServer extends AsyncDisposable {
  /** The address that works once; after that there is another. */
  readonly url: string
}

export interface UiServerOptions {
  /** The built window. */
  folder: string
  /** 0 takes a free one. */
  port: number
}

const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** Serves the window and the contract to browsers of this computer, on 127.0.0.1 alone. */
export async function openUiServer(app: App, options: UiServerOptions): Promise<UiServer> {
  // An archive of many GB is one request, and takes as long as it takes; one of many images names them in its address.
  const server = createServer({ requestTimeout: 0, maxHeaderSize: 256 * 1024 })
  const port = await listen(server, options.port)
  const sessions = new Sessions(() => port)
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: 16 * 1024 * 1024 })

  server.on('request', (request, response) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
    answer(app, sessions, options.folder, request, response).catch((error: unknown) => {
      app.log.failure('ui.request', error)
      response.destroy()
    })
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node has taken its own listener off: without one, a peer that resets would end the app.
    socket.on('error', () => socket.destroy())
    const allowed =
      request.url === `${sessions.base}api` &&
      sessions.namesUs(request) &&
      sessions.comesFromUs(request) &&
      sessions.hasCookie(request)
    if (!allowed) {
      socket.once('finish', () => socket.destroy())
      socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n')
      return
    }
    webSockets.handleUpgrade(request, socket, head, (client) =>
      app.serve(createWebSocketLink(client)),
    )
  })
  return {
    get url() {
      return `http://127.0.0.1:${port}${sessions.base}?token=${sessions.token}`
    },
    async [Symbol.asyncDispose]() {
      for (const client of webSockets.clients) client.terminate()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

async function answer(
  app: App,
  sessions: Sessions,
  folder: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const token = url.searchParams.get('token')
  const known = sessions.hasCookie(request)
  const path = pathBelow(sessions.base, url.pathname)
  if (!sessions.namesUs(request)) {
    refuse(response, 403)
  } else if (path === undefined) {
    refuse(response, 401)
  } else if (request.method === 'GET' && token !== null) {
    visit(sessions, { token, known }, response)
  } else if (!known) {
    refuse(response, 401)
  } else if (request.method === 'GET' && path === '/download/image') {
    if (isOwnRequest(request)) await sendArchive(app, url.searchParams, response)
    else refuse(response, 403)
  } else if (request.method === 'GET') {
    await sendFile(folder, path, response)
  } else if (isUpload(request, path) && sessions.comesFromUs(request)) {
    await receiveImage(app, request, response)
  } else {
    refuse(response, 403)
  }
}

/** The rest of a path from its last slash of `base` on, or undefined for one that is elsewhere. */
function pathBelow(base: string, path: string): string | undefined {
  return path.startsWith(base) ? path.slice(base.length - 1) : undefined
}

/** Takes the token out of the address bar; who has a cookie already needs none. */
function visit(
  sessions: Sessions,
  { token, known }: { token: string; known: boolean },
  response: ServerResponse,
): void {
  const cookie = known ? undefined : sessions.exchange(token)
  if (!known && cookie === undefined) {
    refuse(response, 401)
    return
  }
  response
    .writeHead(303, { location: sessions.base, ...(cookie && { 'set-cookie': cookie }) })
    .end()
}

/** The header cannot be set by a form or by another origin without being asked first. */
function isUpload(request: IncomingMessage, path: string): boolean {
  return request.method === 'POST' && path === '/upload/image' && request.headers['x-berth'] === '1'
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(new AppError('ui-port-taken', { port }, { cause })))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}
