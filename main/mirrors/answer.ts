import type { IncomingMessage, ServerResponse } from 'node:http'
import { type RegistryFailure, toFailure } from '../registry/failure.ts'
import { PullFailure } from './pull-failure.ts'
import { refuse } from './refuse.ts'
import type { Route } from './route.ts'
import type { ServedFailure, ServedHistory } from './served.ts'

/** One question of an engine, and where its answer goes. */
export interface Asked {
  route: Route
  request: IncomingMessage
  response: ServerResponse
  /** Aborted when the engine leaves. */
  signal: AbortSignal
  /** Adds to what an endpoint has given. */
  count: (url: string, bytes: number) => void
}

/** Answers one kind of route. */
export interface Answerer {
  /** @throws {RegistryFailure} when nobody gave it, or not all of it */
  answer(asked: Asked): Promise<void>
}

/** Has a question answered, or refused, and writes down who gave what. */
export async function answerOne(
  answerer: Answerer,
  { route, request, response, signal }: Omit<Asked, 'count'>,
  served: Pick<ServedHistory, 'add'>,
): Promise<void> {
  const at = Date.now()
  const bytes = new Map<string, number>()
  const count = (url: string, more: number) => void bytes.set(url, (bytes.get(url) ?? 0) + more)
  const note = (failure?: ServedFailure) =>
    served.add({ at, ms: Date.now() - at, route, bytes, ...(failure && { failure }) })
  try {
    await answerer.answer({ route, request, response, signal, count })
    note()
  } catch (error) {
    if (signal.aborted) return
    const failure = toServedFailure(toFailure(error))
    note(failure)
    // Half of a blob must not look like all of it.
    if (response.headersSent) response.destroy()
    else refuse(response, route.registry, failure)
  }
}

function toServedFailure(failure: RegistryFailure): ServedFailure {
  const { fault, message, proxy } = failure
  if (!(failure instanceof PullFailure)) return { fault, proxy, details: [message] }
  const { endpoint, details } = failure
  return { fault, proxy, details, ...(endpoint.isMirror && { mirror: endpoint.url }) }
}
