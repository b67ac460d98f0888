import { EventEmitter } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { connect as connectTls, TLSSocket } from 'node:tls'
import { z } from 'zod'
import { untilAborted, withDeadline } from '../waiting.ts'

/** QEMU answers in milliseconds; one that is stopped or stuck on its disk never does. */
const answerMs = 5000

/** Where QMP listens: a unix socket, or on Windows a loopback port behind TLS with a secret both ends hold. */
export type QmpAddress = { path: string } | { port: number; secretFile: string }

export interface QmpEvent {
  name: string
  data: Record<string, unknown>
}

/** QEMU's control link. One at a time: QEMU serves a second client only after the first has gone. */
export interface Qmp extends AsyncDisposable {
  /** QEMU's version as `[major, minor, micro]`. */
  readonly version: readonly [number, number, number]
  /** @throws {QmpError} when QEMU refuses, does not answer within 5 s, or the link ends first. */
  execute(command: string, args?: Record<string, unknown>): Promise<unknown>
  onEvent(listener: (event: QmpEvent) => void): () => void
  /** Resolves once the link has ended, whoever ended it. */
  readonly closed: Promise<void>
}

class QmpError extends Error {
  override readonly name = 'QmpError'
  readonly kind: string
  constructor(kind: string, description: string) {
    super(description)
    this.kind = kind
  }
}

const message = z.union([
  z.object({
    QMP: z.object({
      version: z.object({
        qemu: z.object({ major: z.int(), minor: z.int(), micro: z.int() }),
      }),
    }),
  }),
  z.object({ event: z.string(), data: z.record(z.string(), z.unknown()).default({}) }),
  z.object({ id: z.int(), return: z.unknown() }),
  z.object({ id: z.int(), error: z.object({ class: z.string(), desc: z.string() }) }),
])

/** Connects, reads the greeting and leaves the negotiation mode. The signal also covers the time until the greeting. */
export async function connectQmp(address: QmpAddress, signal: AbortSignal): Promise<Qmp> {
  const socket = await openSocket(address)
  try {
    const qmp = speakQmp(socket)
    const version = await untilAborted(qmp.greeting, signal)
    await untilAborted(qmp.execute('qmp_capabilities'), signal)
    return { ...qmp, version }
  } catch (error) {
    socket.destroy()
    throw error
  }
}

async function openSocket(address: QmpAddress): Promise<Socket> {
  if ('path' in address) return connect({ path: address.path })
  const secret = await readFile(address.secretFile, 'utf8')
  const psk = Buffer.from(secret.trim().split(':')[1] ?? '', 'hex')
  return connectTls({
    host: '127.0.0.1',
    port: address.port,
    ciphers: 'PSK+HIGH:TLS_AES_128_GCM_SHA256',
    pskCallback: () => ({ psk, identity: 'berth' }),
    // With a shared secret there is no certificate whose name could be checked.
    checkServerIdentity: () => undefined,
  })
}

interface Waiting {
  resolve: (value: unknown) => void
  reject: (error: Error) => void
}

/** Commands and events over one socket, before the greeting too. */
function speakQmp(socket: Socket) {
  const events = new EventEmitter<{ event: [QmpEvent] }>()
  const waiting = new Map<number, Waiting>()
  const greeting = Promise.withResolvers<readonly [number, number, number]>()
  const closed = whenClosed(socket, (error) => {
    greeting.reject(error)
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  })
  greeting.promise.catch(() => undefined)
  onMessages(socket, (said) => {
    if ('QMP' in said) {
      const { major, minor, micro } = said.QMP.version.qemu
      greeting.resolve([major, minor, micro])
    } else if ('event' in said) {
      events.emit('event', { name: said.event, data: said.data })
    } else {
      const call = waiting.get(said.id)
      waiting.delete(said.id)
      if ('error' in said) call?.reject(new QmpError(said.error.class, said.error.desc))
      else call?.resolve(said.return)
    }
  })
  return {
    greeting: greeting.promise,
    closed,
    execute: createExecute(socket, waiting),
    onEvent: (listener: (event: QmpEvent) => void) => {
      events.on('event', listener)
      return () => {
        events.off('event', listener)
      }
    },
    async [Symbol.asyncDispose]() {
      socket.destroy()
      await closed
    },
  }
}

function createExecute(socket: Socket, waiting: Map<number, Waiting>): Qmp['execute'] {
  let nextId = 1
  return async (command, args) => {
    if (socket.destroyed) throw disconnected()
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const id = nextId++
    waiting.set(id, { resolve, reject })
    socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`)
    // Over TLS, QEMU before 8.1 forgets what it has decrypted but not yet read until more arrives.
    if (socket instanceof TLSSocket) socket.write('\n')
    try {
      return await withDeadline(
        answerMs,
        undefined,
        () => unanswered(command),
        () => promise,
      )
    } finally {
      waiting.delete(id)
    }
  }
}

function whenClosed(socket: Socket, onClose: (reason: Error) => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  let failure: Error | undefined
  socket.on('error', (error) => (failure = error))
  socket.on('close', () => {
    onClose(failure ?? disconnected())
    resolve(undefined)
  })
  return promise
}

function unanswered(command: string): QmpError {
  return new QmpError('Timeout', `QEMU did not answer ${command} in ${answerMs} ms`)
}

function disconnected(): QmpError {
  return new QmpError('Disconnected', 'QEMU closed its control link')
}

function onMessages(socket: Socket, listener: (said: z.infer<typeof message>) => void): void {
  const lines = createInterface({ input: socket, crlfDelay: Infinity })
  lines.on('error', () => undefined)
  lines.on('line', (line) => {
    const said = parseMessage(line)
    if (said) listener(said)
  })
}

function parseMessage(line: string) {
  try {
    return message.parse(JSON.parse(line))
  } catch {
    return undefined
  }
}
