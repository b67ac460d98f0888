import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { MetFault } from './registry-fault.ts'

export interface BodyEvents {
  onBytes(count: number): void
  onStall(): void
  /** Ends the connection with a reset. */
  cut(): Promise<void>
  /** Aborted when the client has left. */
  signal: AbortSignal
}

/** Passes a body on as a fault lets it: whole, in part, or with one bit turned. Back-pressure stays what it is. */
export async function passBody(
  from: IncomingMessage,
  to: ServerResponse,
  fault: MetFault | undefined,
  events: BodyEvents,
): Promise<void> {
  const { signal } = events
  const write = async (bytes: Buffer) => {
    events.onBytes(bytes.length)
    if (!to.write(bytes)) await once(to, 'drain', { signal })
  }
  const limit = fault?.kind === 'stall' || fault?.kind === 'cut' ? fault.afterBytes : Infinity
  const lieAt = fault?.kind === 'lie' ? Number(from.headers['content-length'] ?? 0) >> 1 : -1
  to.flushHeaders()
  let passed = 0
  if (limit > 0) {
    for await (const piece of from as AsyncIterable<Buffer>) {
      const bytes = piece.subarray(0, limit - passed)
      const at = lieAt - passed
      if (at >= 0 && at < bytes.length) bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
      passed += bytes.length
      await write(bytes)
      if (passed >= limit) break
    }
  }
  if (passed < limit) {
    to.end()
    return
  }
  from.destroy()
  if (fault?.kind === 'cut') {
    await flushed(to)
    await events.cut()
  } else {
    events.onStall()
    await once(signal, 'abort')
  }
}

/** Resolves once the kernel has all that was written: a reset takes the rest with it. */
async function flushed(to: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  to.socket?.write('', () => resolve(undefined))
  await promise
}

/** One hex digit of the last digest is another: it still reads as a manifest. */
export function lieInManifest(bytes: Buffer): Buffer {
  const lied = Buffer.from(bytes)
  const at = lied.lastIndexOf('sha256:') + 'sha256:'.length
  lied.write(String.fromCharCode(lied.readUInt8(at)) === '0' ? '1' : '0', at)
  return lied
}
