import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { lieInManifest, passBody } from './answer-body.ts'
import { answerInstead } from './fault-answer.ts'
import { type RegistryTarget, send } from './registry-client.ts'
import { type Faults, laggedPath, type MetFault, ofSuccess } from './registry-fault.ts'
import type { SeenRequest, WritableLog } from './request-log.ts'

/** What all exchanges of one proxy share. */
export interface Lab {
  readonly registry: RegistryTarget
  readonly log: WritableLog
  /** Of the moment. */
  faults: Faults
  /** What is behind the addresses that redirects gave. */
  readonly signed: Map<string, Signed>
  cdnUrl: string
}

interface Signed {
  path: string
  /** Of who was redirected, since the blob lies in the registry after all. */
  authorization: string | undefined
}

export interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  seen: SeenRequest
  /** Resets the client's connection. */
  cut: () => Promise<void>
}

/** Answers one request, as the faults of the moment have it. */
export async function answerExchange(lab: Lab, exchange: Exchange): Promise<void> {
  const { response, seen } = exchange
  const leaving = new AbortController()
  response.on('finish', () => {
    lab.log.change(seen, { status: response.statusCode, state: 'done' })
  })
  response.on('close', () => {
    if (seen.state === 'open' || seen.state === 'stalled') lab.log.change(seen, { state: 'left' })
    leaving.abort()
  })
  const { faults } = lab
  try {
    const fault = faults.meet(seen)
    if (fault) lab.log.change(seen, { fault: fault.kind })
    if (fault?.kind === 'swallow' || answerInstead(response, fault, seen)) return
    if (fault?.kind === 'slow-first-byte')
      await delay(fault.ms, undefined, { signal: leaving.signal })
    const from = await askRegistry(lab, exchange, { fault, signal: leaving.signal })
    if (!from) return
    const isMet = !fault || from.statusCode === 200 || from.statusCode === 206
    if (!isMet && ofSuccess.includes(fault.kind)) {
      faults.missed(fault)
      lab.log.change(seen, { fault: undefined })
    }
    const met = isMet ? fault : undefined
    await answerFrom(lab, exchange, { from, fault: met, signal: leaving.signal })
  } catch {
    // The client has left, or the registry is not there.
    if (response.headersSent) response.destroy()
    else response.writeHead(502).end()
  }
}

interface Circumstances {
  fault: MetFault | undefined
  /** Aborted when the client has left. */
  signal: AbortSignal
}

/** Resolves with undefined when the storage has refused on its own. */
async function askRegistry(
  lab: Lab,
  { request, response, seen }: Exchange,
  { fault, signal }: Circumstances,
): Promise<IncomingMessage | undefined> {
  const { method, origin } = seen
  const headers: IncomingHttpHeaders = { ...request.headers }
  delete headers.connection
  if (fault?.kind === 'ignore-range') delete headers.range
  let path = (fault && laggedPath(fault, seen.path)) ?? seen.path
  if (origin === 'cdn') {
    const signed = lab.signed.get(seen.path)
    // S3 answers 400 to who proves twice who it is: "Only one auth mechanism allowed".
    if (!signed || seen.authorization) {
      response.writeHead(signed ? 400 : 403).end()
      return undefined
    }
    path = signed.path
    headers.authorization = signed.authorization
  }
  return send(lab.registry, path, { method, headers, body: request, signal })
}

async function answerFrom(
  lab: Lab,
  { request, response, seen, cut }: Exchange,
  { from, fault, signal }: Circumstances & { from: IncomingMessage },
): Promise<void> {
  const { statusCode: status = 502 } = from
  if (fault?.kind === 'redirect') {
    from.destroy()
    response.writeHead(307, { location: signAddress(lab, request, seen.path) }).end()
    return
  }
  lab.log.change(seen, { status })
  const headers = passedHeaders(from.headers, seen.origin)
  if (fault?.kind === 'wrong-length') {
    headers['content-length'] = `${Number(headers['content-length']) + fault.by}`
    headers.connection = 'close'
  }
  response.writeHead(status, headers)
  if (fault?.kind === 'lie' && seen.kind === 'manifest') {
    const lied = lieInManifest(Buffer.concat(await Array.fromAsync<Buffer>(from)))
    seen.bytes += lied.length
    response.end(lied)
    return
  }
  await passBody(from, response, fault, {
    ...{ signal, onBytes: (count) => (seen.bytes += count) },
    onStall: () => lab.log.change(seen, { state: 'stalled' }),
    async cut() {
      lab.log.change(seen, { state: 'cut' })
      await cut()
    },
  })
}

/** An address on the other origin that is good for one blob and needs no Authorization, as S3's presigned ones. */
function signAddress({ signed, cdnUrl }: Lab, { headers }: IncomingMessage, path: string): string {
  const [name, signature] = [randomBytes(8).toString('hex'), randomBytes(16).toString('hex')]
  const address = `/storage/${name}?signature=${signature}`
  signed.set(address, { path, authorization: headers.authorization })
  return `${cdnUrl}${address}`
}

/** What is about one connection stays on it; and a storage knows nothing of registries. */
function passedHeaders(
  headers: IncomingHttpHeaders,
  origin: SeenRequest['origin'],
): IncomingHttpHeaders {
  const isLeft = (name: string) =>
    ['connection', 'keep-alive', 'transfer-encoding'].includes(name) ||
    (origin === 'cdn' && name.startsWith('docker-'))
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isLeft(name)))
}
