import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * What becomes of connections, those that there are and those that come:
 * - `reset`, `end`: they are, at once.
 * - `hold`: nothing passes either way; what was sent arrives when it is over, as TCP would send it again.
 * - `forget`: nothing passes, and never will, as behind a router that has lost its table.
 * - `delay`: all comes late.
 * - `corrupt`: one bit of the next piece from the far side is turned, once.
 * - `throttle`: two kilobytes a second each way.
 */
export type Fault = 'none' | 'reset' | 'end' | 'hold' | 'forget' | 'delay' | 'corrupt' | 'throttle'

export interface FaultProxy extends AsyncDisposable {
  /** On the loopback. */
  readonly port: number
  /** From now on. */
  set(fault: Fault): void
}

export interface FaultProxyOptions {
  to: { port: number } | { path: string }
  /** A unix socket to listen on instead of a port. */
  path?: string
  delayMs?: number
}

interface Piece {
  bytes: Buffer
  at: number
}

/** The fault of the moment, and its end. */
interface Weather {
  fault: Fault
  over: AbortController
}

const throttled = { bytes: 100, everyMs: 50 }

/** Stands between a client and a server of TCP or of a unix socket, and does to them what networks do. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const weather: Weather = { fault: 'none', over: new AbortController() }
  const pairs = new Set<Pair>()
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const pair = createPair(near, connect({ ...options.to, allowHalfOpen: true }), {
      weather,
      delayMs: options.delayMs ?? 5000,
    })
    pairs.add(pair)
    near.on('close', () => pairs.delete(pair))
    pair.strike()
  })
  const { path } = options
  server.listen(path === undefined ? { host: '127.0.0.1', port: 0 } : { path })
  await once(server, 'listening')
  const address: AddressInfo | string | null = server.address()
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    set(fault) {
      weather.fault = fault
      const { over } = weather
      weather.over = new AbortController()
      over.abort()
      for (const pair of pairs) pair.strike()
    },
    async [Symbol.asyncDispose]() {
      for (const pair of pairs) pair.reset()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Pair {
  /** The fault has changed. */
  strike(): void
  reset(): void
}

interface Circumstances {
  weather: Weather
  delayMs: number
}

function createPair(near: Socket, far: Socket, circumstances: Circumstances): Pair {
  const state = { forgotten: false }
  const both = [near, far]
  const reset = () => {
    for (const socket of both) {
      if (isTcp(socket)) socket.resetAndDestroy()
      else socket.destroy()
    }
  }
  for (const socket of both) {
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      for (const other of both) other.destroy()
    })
  }
  carry(near, far, { ...circumstances, state, turnsBits: false })
  carry(far, near, { ...circumstances, state, turnsBits: true })
  return {
    reset,
    strike() {
      const { fault } = circumstances.weather
      if (fault === 'forget') state.forgotten = true
      else if (fault === 'reset') reset()
      else if (fault === 'end') for (const socket of both) socket.end()
    },
  }
}

/** Only TCP has resets. */
function isTcp(socket: Socket): boolean {
  return socket.remotePort !== undefined
}

interface Carried extends Circumstances {
  state: { forgotten: boolean }
  turnsBits: boolean
}

function carry(from: Socket, to: Socket, { weather, delayMs, state, turnsBits }: Carried): void {
  const pieces: Piece[] = []
  let working = false
  let ended = false
  /** Resolves with the bytes that may go now; undefined when the fault has changed. */
  const pass = async ({ bytes, at }: Piece): Promise<Buffer | undefined> => {
    const { fault, over } = weather
    /** Resolves with whether it is still the same. */
    const wait = async (ms: number) => {
      await delay(ms, undefined, { signal: over.signal }).catch(() => undefined)
      return !over.signal.aborted
    }
    if (fault === 'hold') return (await wait(longestMs)) ? bytes : undefined
    if (fault === 'delay') {
      return (await wait(Math.max(0, at + delayMs - performance.now()))) ? bytes : undefined
    }
    if (fault === 'throttle') {
      return (await wait(throttled.everyMs)) ? bytes.subarray(0, throttled.bytes) : undefined
    }
    if (fault === 'corrupt' && turnsBits) {
      weather.fault = 'none'
      return turnBit(bytes)
    }
    return bytes
  }
  const work = async () => {
    for (let piece = pieces[0]; piece && !state.forgotten; piece = pieces[0]) {
      const bytes = await pass(piece)
      if (!bytes) continue
      if (bytes.length < piece.bytes.length) piece.bytes = piece.bytes.subarray(bytes.length)
      else pieces.shift()
      if (to.writable && !to.write(bytes))
        await Promise.race([once(to, 'drain'), once(to, 'close')])
    }
    if (ended && !state.forgotten) to.end()
  }
  const start = () => {
    if (working) return
    working = true
    void work()
      .catch(() => undefined)
      .finally(() => (working = false))
  }
  from.on('data', (bytes: Buffer) => {
    pieces.push({ bytes, at: performance.now() })
    start()
  })
  from.on('end', () => {
    ended = true
    start()
  })
}

/** Longer than any test. */
const longestMs = 3_600_000

function turnBit(bytes: Buffer): Buffer {
  const turned = Buffer.from(bytes)
  const middle = bytes.length >> 1
  turned.writeUInt8(turned.readUInt8(middle) ^ 1, middle)
  return turned
}
