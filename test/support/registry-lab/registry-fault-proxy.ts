import { type Certificate, otherLoopback } from './certificate.ts'
import { startLoopbackServer } from './loopback-server.ts'
import type { RegistryTarget } from './registry-client.ts'
import { answerExchange, type Lab } from './registry-exchange.ts'
import { createFaults, type RegistryFault } from './registry-fault.ts'
import { createRequestLog, type RequestLog, type SeenRequest } from './request-log.ts'

/** A target itself, for clients and for what fills the registry. */
export interface RegistryFaultProxy extends RegistryTarget, RequestLog, AsyncDisposable {
  readonly port: number
  /** The origin that `redirect` leads to; its requests are in the same log. */
  readonly cdnUrl: string
  /**
   * For the requests that come from now on: each meets the first of these that concerns it, none without any. Resolves
   * once the port is as it is to be.
   */
  set(...faults: readonly RegistryFault[]): Promise<void>
}

/**
 * Stands before a registry and answers as bad ones do. Hosts and paths are passed on as they come, so that a client
 * cannot tell it from the registry but by the faults.
 * @param options.certificate for TLS towards the clients, whatever the registry itself has
 */
export async function startRegistryFaultProxy(
  registry: RegistryTarget,
  { certificate }: { certificate?: Certificate | undefined } = {},
): Promise<RegistryFaultProxy> {
  const log = createRequestLog()
  const lab: Lab = { registry, log, faults: createFaults([]), signed: new Map(), cdnUrl: '' }
  await using starting = new AsyncDisposableStack()
  const serve = async (origin: SeenRequest['origin'], host: string) => {
    const server = await startLoopbackServer(
      (request, response) =>
        void answerExchange(lab, {
          ...{ request, response, seen: log.add(request, origin) },
          cut: () => server.reset(request),
        }),
      { certificate, host },
    )
    return starting.use(server)
  }
  const [front, cdn] = [await serve('registry', '127.0.0.1'), await serve('cdn', otherLoopback)]
  lab.cdnUrl = cdn.url
  const held = starting.move()
  return {
    ...{ url: front.url, port: front.port, cdnUrl: cdn.url, authority: certificate?.authority },
    requests: log.requests,
    until: (test, signal) => log.until(test, signal),
    clear: () => log.clear(),
    authorization: (repository) => registry.authorization?.(repository),
    async set(...faults) {
      lab.faults = createFaults(faults)
      if (faults.some(({ kind }) => kind === 'refuse')) await front.close()
      else await front.open()
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}
