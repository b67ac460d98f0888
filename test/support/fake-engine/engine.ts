import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Call, sendJson } from './answers.ts'
import { upgradeExec } from './exec.ts'
import { createFaults, type Faults, sendFault } from './faults.ts'
import { pause } from './pause.ts'
import { Refusal } from './refusal.ts'
import { findRoute } from './routes.ts'
import { EngineStore } from './store.ts'
import { createStorm } from './storm.ts'

export interface FakeEngineOptions {
  /** How long a verb, and one step of a transfer, takes. */
  stepMs?: number
  /** Before each answer. */
  delayMs?: number
}

/** Docker's API, from memory. It listens while it is asked to, as an engine does whose machine starts and stops. */
export interface FakeEngine extends AsyncDisposable, Omit<Faults, 'take'> {
  readonly store: EngineStore
  /** `METHOD /path?query` of each request that was answered, oldest first; the latest few thousand. */
  readonly requests: string[]
  /** Paths of the answers that the client did not wait for the end of. */
  readonly broken: string[]
  delayMs: number
  listen(socketPath: string): Promise<void>
  /** Goes away, with all its connections. */
  close(): Promise<void>
  /** Lets go of pulls that are cancelled only once the function that it returns is called. */
  cling(): () => void
  /** Ends every connection, as an engine that restarts does, and listens on. */
  hangUp(): void
  /** Ends /events in order, to all who read it. */
  endEvents(): void
  /** Says any bytes on /events, to all who read it. */
  tell(text: string): void
  /** Changes `perSecond` times a second something in the list, until the function that it returns is called. */
  storm(perSecond: number): () => void
}

const keptRequests = 5000

export function createFakeEngine(options: FakeEngineOptions = {}): FakeEngine {
  const store = new EngineStore()
  const faults = createFaults()
  const requests: string[] = []
  const broken: string[] = []
  const sockets = new Set<Socket>()
  const feeds = new Set<ServerResponse>()
  let server: Server | undefined
  const storm = createStorm(store)

  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://engine')
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`)
    if (requests.length > keptRequests) requests.shift()
    const gone = new AbortController()
    // Who says no more has gone, as for the real one; a pull that is cancelled by that says when it has let go.
    const leave = () => {
      if (url.pathname.endsWith('/images/create')) gone.abort()
      else response.destroy()
    }
    request.socket.on('end', leave)
    response.on('close', () => {
      request.socket.off('end', leave)
      gone.abort()
      if (!response.writableEnded) broken.push(url.pathname)
    })
    const call: Call = {
      ...{ request, response, store, query: url.searchParams, params: [] },
      stepMs: options.stepMs ?? 40,
      gone: gone.signal,
    }
    if (url.pathname.endsWith('/events')) {
      feeds.add(response)
      response.on('close', () => feeds.delete(response))
    }
    await pause(engine.delayMs, gone.signal)
    const fault = faults.take(`${request.method ?? ''} ${url.pathname}`)
    if (fault === undefined) await answer(call, url.pathname)
    else await sendFault(call, fault)
  }
  const engine: FakeEngine = {
    store,
    requests,
    broken,
    breakNext: faults.breakNext,
    breakAll: faults.breakAll,
    delayMs: options.delayMs ?? 0,
    async listen(socketPath) {
      server = createServer((request, response) => void take(request, response))
      Object.assign(server, { httpAllowHalfOpen: true })
      server.on('connection', (socket: Socket) => {
        sockets.add(socket)
        socket.on('close', () => sockets.delete(socket))
      })
      server.on('upgrade', (request: IncomingMessage, socket, head: Buffer) => {
        requests.push(`${request.method ?? ''} ${request.url ?? ''}`)
        const id = /\/exec\/([^/]+)\/start(?:\?|$)/.exec(request.url ?? '')?.[1] ?? ''
        upgradeExec(store, request, { socket, head, id })
      })
      server.listen(socketPath)
      await once(server, 'listening')
    },
    async close() {
      if (!server) return
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      server = undefined
      await closed
    },
    cling() {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      store.clinging = promise
      return () => resolve(undefined)
    },
    hangUp() {
      for (const socket of sockets) socket.destroy()
    },
    endEvents() {
      for (const feed of feeds) feed.end()
    },
    tell(text) {
      for (const feed of feeds) feed.write(text)
    },
    storm: storm.start,
    async [Symbol.asyncDispose]() {
      storm.stopAll()
      await engine.close()
    },
  }
  return engine
}

async function answer(call: Call, path: string): Promise<void> {
  const route = findRoute(call.request.method ?? '', path)
  if (!route) {
    sendJson(call, { message: 'page not found' }, 404)
    return
  }
  try {
    call.params = route.params
    await route.handler(call)
  } catch (error) {
    if (call.response.headersSent) {
      call.response.destroy()
      return
    }
    const status = error instanceof Refusal ? error.status : 500
    sendJson(call, { message: error instanceof Error ? error.message : String(error) }, status)
  }
}
