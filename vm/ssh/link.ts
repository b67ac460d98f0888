import { backoffMs, pause, untilAborted } from '../waiting.ts'
import type { SshConnection } from './connection.ts'

/** The one long-lived connection, redialled for as long as the link lives. */
export interface SshLink extends AsyncDisposable {
  /** The connection that is up now. */
  readonly current: SshConnection | undefined
  /** The connection that is up, or the next one. Waits until then or until the signal is aborted. */
  connection(signal: AbortSignal): Promise<SshConnection>
  /** Gives the present connection up, since it no longer carries anything, and dials anew. */
  drop(): void
}

export interface SshLinkOptions {
  first: SshConnection
  dial: (signal: AbortSignal) => Promise<SshConnection>
  /** Told of each change: `up` false with the reason while there is no connection. */
  onChange: (up: boolean, error?: Error) => void
}

export function createSshLink(options: SshLinkOptions): SshLink {
  const over = new AbortController()
  let current: SshConnection | undefined = options.first
  let next = Promise.withResolvers<SshConnection>()

  const redial = async (): Promise<SshConnection> => {
    for (let attempt = 0; ; attempt++) {
      await pause(backoffMs(attempt), over.signal)
      try {
        return await options.dial(over.signal)
      } catch (error) {
        if (over.signal.aborted) throw error
        options.onChange(false, error instanceof Error ? error : new Error(String(error)))
      }
    }
  }
  const keepUp = async () => {
    let connection = options.first
    for (;;) {
      const reason = await connection.closed
      current = undefined
      over.signal.throwIfAborted()
      options.onChange(false, reason)
      connection = await redial()
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
