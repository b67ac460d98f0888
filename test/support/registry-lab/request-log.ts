import type { IncomingMessage } from 'node:http'
import { untilAborted } from '../../../vm/waiting.ts'

/** `base` is `/v2/`, by which clients learn how to log in; tags, uploads and the rest are `other`. */
export type RequestKind = 'base' | 'manifest' | 'blob' | 'other'

/** One request. It goes on changing until its answer has ended. */
export interface SeenRequest {
  /** `cdn` is the other origin that a redirect leads to. */
  readonly origin: 'registry' | 'cdn'
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly kind: RequestKind
  /** `basic` or `bearer`; undefined when there was no Authorization. Nobody needs to see the rest of it. */
  readonly authorization: string | undefined
  /** As it was asked for: `bytes=100-`. */
  readonly range: string | undefined
  /** The fault that it met. */
  fault?: string | undefined
  /** Of the answer, once there is one. */
  status?: number
  /** Of the registry's body, as far as it was passed on. */
  bytes: number
  /** `stalled` until the client has left; `left` when it did so before the end; `cut` by a fault. */
  state: 'open' | 'stalled' | 'done' | 'cut' | 'left'
  /** When it came, and when its answer had ended, by `performance.now()`. */
  readonly at: number
  endedAt?: number
}

export interface RequestLog {
  /** In the order of their coming. */
  readonly requests: readonly SeenRequest[]
  /** Resolves with the first request that is so, once there is one; rejects when `signal` is aborted. */
  until(test: (request: SeenRequest) => boolean, signal?: AbortSignal): Promise<SeenRequest>
  clear(): void
}

export interface WritableLog extends RequestLog {
  add(request: IncomingMessage, origin: SeenRequest['origin']): SeenRequest
  /** Something of it is new. */
  change(request: SeenRequest, news: Partial<Pick<SeenRequest, 'fault' | 'status' | 'state'>>): void
}

const ends: ReadonlySet<SeenRequest['state']> = new Set(['done', 'cut', 'left'])

interface Waiter {
  test: (request: SeenRequest) => boolean
  resolve: (request: SeenRequest) => void
}

export function createRequestLog(): WritableLog {
  const requests: SeenRequest[] = []
  const waiters = new Set<Waiter>()
  const tell = (request: SeenRequest) => {
    for (const waiter of waiters) {
      if (!waiter.test(request)) continue
      waiters.delete(waiter)
      waiter.resolve(request)
    }
  }
  return {
    requests,
    clear: () => requests.splice(0),
    until(test, signal) {
      const { promise, resolve } = Promise.withResolvers<SeenRequest>()
      const there = requests.find(test)
      if (there) return Promise.resolve(there)
      waiters.add({ test, resolve })
      return signal ? untilAborted(promise, signal) : promise
    },
    add(request, origin) {
      const { method = '', url = '', headers } = request
      const seen: SeenRequest = {
        ...{ origin, method, path: url, kind: origin === 'cdn' ? 'blob' : readPath(url).kind },
        authorization: headers.authorization?.split(' ')[0]?.toLowerCase(),
        ...{ range: headers.range, bytes: 0, state: 'open', at: performance.now() },
      }
      requests.push(seen)
      tell(seen)
      return seen
    },
    change(request, news) {
      Object.assign(request, news)
      if (ends.has(request.state)) request.endedAt ??= performance.now()
      tell(request)
    },
  }
}

/** What a path of OCI distribution-spec ("API", end-1 to end-3) asks for. */
export function readPath(path: string): { kind: RequestKind; repository: string; wanted: string } {
  const { pathname } = new URL(path, 'http://registry')
  if (pathname === '/v2/' || pathname === '/v2') return { kind: 'base', repository: '', wanted: '' }
  const found = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(pathname)
  const [, repository = '', noun, wanted = ''] = found ?? []
  const kind = noun === 'manifests' ? 'manifest' : noun === 'blobs' ? 'blob' : 'other'
  return { kind, repository, wanted }
}
