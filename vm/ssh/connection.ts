import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import ssh2, { type Client, type ClientChannel } from 'ssh2'
import { VmError } from '../errors.ts'
import { abortReason, withDeadline } from '../waiting.ts'
import { isSameKey } from './keys.ts'

export interface SshTarget {
  port: number
  /** OpenSSH's private key format. */
  privateKey: string
  /** The only host key that is accepted, as it goes over the wire. */
  hostKey: Buffer
}

/** One authenticated connection to the guest. */
export interface SshConnection extends AsyncDisposable {
  readonly client: Client
  /** Opens a stream to a unix socket in the guest. One that opens after the signal was aborted is closed at once. */
  openSocket(path: string, signal?: AbortSignal): Promise<Duplex>
  /** Opens a stream to a TCP port that the guest can reach. */
  openPort(address: string, port: number, signal?: AbortSignal): Promise<Duplex>
  /** Listens on a unix socket in the guest, in the place of whatever was left there, until the connection ends. */
  listen(path: string, onStream: (stream: Duplex) => void): Promise<void>
  /** Resolves, with the reason if there is one, once the connection is gone. */
  readonly closed: Promise<Error | undefined>
}

export interface ConnectOptions {
  /** Until the guest says its first word. From then on it is at work, and a slow one has a handshake's time. */
  timeoutMs: number
  signal: AbortSignal
  /** Called when it does. */
  onAnswer?: (() => void) | undefined
}

/** As long as the guest's sshd itself waits for it; see LoginGraceTime in the image. */
const handshakeMs = 30_000

/**
 * Dials the guest on the host's loopback.
 * @throws {VmError} 'ssh-host-key-mismatch' (nothing was tried with our key then), 'ssh-key-refused'; any other error
 * when nobody answers in `timeoutMs`, which while the guest boots is the ordinary case.
 */
export async function connectSsh(
  target: SshTarget,
  options: ConnectOptions,
): Promise<SshConnection> {
  const socket = connect({ host: '127.0.0.1', port: target.port, noDelay: true })
  const { timeoutMs, signal, onAnswer } = options
  const late = (ms: number) => () => new Error(`no ssh on port ${target.port} after ${ms} ms`)
  try {
    return await withDeadline(timeoutMs + handshakeMs, signal, late(handshakeMs), async (until) => {
      const shaking = handshake(socket, target)
      const answered = Promise.withResolvers<undefined>()
      // Only now: the first to listen would take the words away from the handshake.
      socket.once('data', () => {
        answered.resolve(undefined)
        onAnswer?.()
      })
      const first = Promise.race([answered.promise, shaking])
      await withDeadline(timeoutMs, until, late(timeoutMs), () => first)
      const connection = await shaking
      if (until.aborted) throw abortReason(until)
      keepInteractive(connection.client)
      return connection
    })
  } catch (error) {
    socket.destroy()
    throw error
  }
}

function handshake(socket: Socket, target: SshTarget): Promise<SshConnection> {
  const client = new ssh2.Client()
  const ready = Promise.withResolvers<SshConnection>()
  const closed = Promise.withResolvers<Error | undefined>()
  let failure: Error | undefined
  let hostKeyDiffers = false
  client.on('error', (error) => {
    failure ??= error
    ready.reject(hostKeyDiffers ? mismatch(target, error) : toSshError(error, target))
  })
  // One listener for each stream that is being opened, of which there may be any number at once.
  client.setMaxListeners(0)
  client.on('close', () => {
    ready.reject(failure ?? new Error('the connection closed before it was ready'))
    closed.resolve(failure)
  })
  client.on('ready', () => {
    client.setNoDelay(true)
    ready.resolve({
      client,
      closed: closed.promise,
      ...createWaysOut(client),
      listen: (path, onStream) => listen(client, path, onStream),
      async [Symbol.asyncDispose]() {
        client.end()
        socket.destroy()
        await closed.promise
      },
    })
  })
  client.connect({
    sock: socket,
    username: 'root',
    privateKey: target.privateKey,
    authHandler: ['publickey'],
    hostVerifier: (key: Buffer) => {
      hostKeyDiffers = !isSameKey(key, target.hostKey)
      return !hostKeyDiffers
    },
    // The fourth finds that none was answered: a dead link is noticed after 14 seconds at most.
    keepaliveInterval: 3500,
    keepaliveCountMax: 3,
    // The caller's deadline covers the handshake.
    readyTimeout: 0,
    algorithms: {
      serverHostKey: ['ssh-ed25519'],
      cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr'],
      compress: ['none'],
    },
  })
  return ready.promise
}

/**
 * sshd leaves Nagle's algorithm on until a session with a terminal is open; then small answers wait for delayed
 * acknowledgements. One idle terminal for the connection's life brings the p99 of new streams from 45 ms to 5 ms.
 */
function keepInteractive(client: Client): void {
  client.exec('exec sleep 2147483647', { pty: true }, (error, channel) => {
    // Nothing is lost but time.
    if (error) return
    channel.on('error', () => undefined)
    channel.resume()
  })
}

function createWaysOut(client: Client): Pick<SshConnection, 'openSocket' | 'openPort'> {
  return {
    openSocket: (path, signal) => {
      const open = (opened: Opened) => client.openssh_forwardOutStreamLocal(path, opened)
      return openChannel(client, open, signal)
    },
    openPort: (address, port, signal) => {
      const open = (opened: Opened) => client.forwardOut('127.0.0.1', 0, address, port, opened)
      return openChannel(client, open, signal)
    },
  }
}

type Opened = (error: Error | undefined, channel: ClientChannel) => void

async function openChannel(
  client: Client,
  open: (opened: Opened) => void,
  signal?: AbortSignal,
): Promise<Duplex> {
  signal?.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<ClientChannel>()
  const onClose = () => {
    reject(new Error('the ssh connection ended'))
  }
  client.once('close', onClose)
  try {
    open((error, channel) => {
      client.off('close', onClose)
      if (error) reject(error)
      else if (signal?.aborted) {
        // Nobody waits for it any more, so nobody else would close it.
        channel.on('error', () => undefined)
        channel.destroy()
        reject(abortReason(signal))
      } else resolve(channel)
    })
  } catch (error) {
    client.off('close', onClose)
    reject(error instanceof Error ? error : new Error(String(error)))
  }
  return promise
}

async function listen(
  client: Client,
  path: string,
  onStream: (stream: Duplex) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  client.on('unix connection', ({ socketPath }, accept) => {
    if (socketPath === path) onStream(accept())
  })
  client.once('close', () => {
    reject(new Error('the ssh connection ended'))
  })
  client.openssh_forwardInStreamLocal(path, (error) => {
    if (error) reject(error)
    else resolve(undefined)
  })
  return promise
}

function mismatch({ port }: SshTarget, cause: Error): VmError {
  return new VmError('ssh-host-key-mismatch', { port }, { cause })
}

function toSshError(cause: Error, { port }: SshTarget): Error {
  const level: unknown = 'level' in cause ? cause.level : undefined
  return level === 'client-authentication'
    ? new VmError('ssh-key-refused', { port }, { cause })
    : cause
}
