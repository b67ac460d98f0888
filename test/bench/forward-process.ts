import { z } from 'zod'
import { createProxy } from '../../main/proxy/proxy.ts'
import { connectSsh } from '../../vm/ssh/connection.ts'
import { hasNativeCrypto } from '../../vm/ssh/crypto.ts'
import { createForward } from '../../vm/ssh/forward.ts'

/** What the starter hands in, and what it reads as the one line of stdout once the socket is there. */
const task = z.object({
  port: z.int(),
  privateKey: z.string(),
  hostKey: z.string(),
  guestSocket: z.string(),
  hostSocket: z.string(),
  proxy: z.boolean(),
})

/** A process of its own that carries the engine's socket as the app does. Ends when its stdin does. */
async function main(): Promise<void> {
  process.stdin.setEncoding('utf8')
  const lines = process.stdin[Symbol.asyncIterator]()
  const first: unknown = (await lines.next()).value
  const { hostKey, guestSocket, hostSocket, proxy, ...target } = task.parse(
    JSON.parse(String(first)),
  )
  await using open = new AsyncDisposableStack()
  const connection = open.use(
    await connectSsh(
      { ...target, hostKey: Buffer.from(hostKey, 'base64') },
      { timeoutMs: 60_000, signal: new AbortController().signal },
    ),
  )
  const log = {
    write: () => undefined,
    failure: (event: string, error: unknown) =>
      process.stderr.write(`${event}: ${String(error)}\n`),
  }
  open.use(
    await createForward({
      hostSocket,
      present: proxy
        ? createProxy({ hostSocket, notShared: String, portTaken: String, log })
        : undefined,
      open: () => connection.openSocket(guestSocket),
      onRefused: (error) => process.stderr.write(`refused: ${error.message}\n`),
    }),
  )
  process.stdout.write(`${JSON.stringify({ native: hasNativeCrypto() })}\n`)
  await lines.next()
}

await main()
