import { backoffMs, pause, untilAborted } from '../waiting.ts'
import type { SshConnection } from './connection.ts'
import { type Dial, hedgedDial } from './hedged-dial.ts'

/** The one long-lived connection, redialled for as long as the link lives. */
export interface SshLink extends AsyncDisposable {
  /** The connection that is up now. */
  readonly current: SshConnection | undefined
  /** The connection that is up, or the next one. Waits until then or until the signal is aborted. */
  connection(signal: AbortSignal): Promise<SshConnection>
  /** Gives the present connection up, since it no longer carries anything, and dials anew. */
  drop(): void
}

/** Whether the other end is there to be dialled: not while its guest stands still. */
export interface Awake {
  readonly now: boolean
  /** Resolves as soon as it is; rejects when the signal is aborted before. */
  wait(signal: AbortSignal): Promise<void>
}

export interface SshLinkOptions {
  first: SshConnection
  /** Several may be under way at once, so it leaves nothing behind in the guest. */
  dial: Dial<SshConnection>
  /**
   * A dial to a guest that stands still is taken by QEMU's network, and is one more handshake for the guest once it goes
   * on: after ten minutes of them nobody gets through for a while.
   */
  awake: Awake
  /** Done with the one that is taken, before anybody else can use it. */
  prepare?: ((connection: SshConnection) => Promise<void>) | undefined
  /** Told of each change: `up` false with the reason while there is no connection. */
  onChange: (up: boolean, error?: Error) => void
}

/** What is cut now may be whole again a second later, which a dial that is under way would not notice. */
const hedge = { everyMs: 1000, aloneMs: 8000, most: 6 }
/** A refusal costs next to nothing. */
const longestPauseMs = 500

export function createSshLink(options: SshLinkOptions): SshLink {
  const over = new AbortController()
  let current: SshConnection | undefined = options.first
  let next = Promise.withResolvers<SshConnection>()

  const keepUp = async () => {
    let connection = options.first
    for (;;) {
      const reason = await connection.closed
      current = undefined
      over.signal.throwIfAborted()
      options.onChange(false, reason)
      connection = await redial(options, over.signal)
      current = connection
      next.resolve(connection)
      next = Promise.withResolvers()
      options.onChange(true)
    }
  }
  // Ends only when the link is disposed.
  const keeping = keepUp().catch(() => undefined)

  return {
    get current() {
      return current
    },
    async connection(signal) {
      return current ?? (await untilAborted(next.promise, AbortSignal.any([signal, over.signal])))
    },
    drop() {
      void current?.[Symbol.asyncDispose]()
    },
    async [Symbol.asyncDispose]() {
      over.abort()
      await current?.[Symbol.asyncDispose]()
      await keeping
    },
  }
}

/** Dials until there is a connection that is prepared, or the signal is aborted. */
async function redial(options: SshLinkOptions, signal: AbortSignal): Promise<SshConnection> {
  for (let attempt = 0; ; attempt++) {
    await pause(backoffMs(attempt, longestPauseMs), signal)
    await options.awake.wait(signal)
    try {
      const mayBegin = () => options.awake.now
      const dialled = await hedgedDial(options.dial, { ...hedge, mayBegin, signal })
      return await prepared(dialled, options, signal)
    } catch (error) {
      if (signal.aborted) throw error
      options.onChange(false, error instanceof Error ? error : new Error(String(error)))
    }
  }
}

/** Nobody else knows of it yet, so nobody else would let it go. */
async function prepared(
  connection: SshConnection,
  { prepare }: SshLinkOptions,
  signal: AbortSignal,
): Promise<SshConnection> {
  try {
    if (prepare) await untilAborted(prepare(connection), signal)
    return connection
  } catch (error) {
    await connection[Symbol.asyncDispose]()
    throw error
  }
}
