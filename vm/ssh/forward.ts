import { randomBytes } from 'node:crypto'
import { lstat, rename, unlink } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname, join as joinPath } from 'node:path'
import type { Duplex } from 'node:stream'
import { errorCode } from '../durable-file.ts'
import { VmError } from '../errors.ts'
import { clearSocketPath } from '../socket-path.ts'

/** Longest path that every system can bind: macOS has 104 bytes with the closing zero. */
const maxPathBytes = 103
/** As many as the engine's own socket lets wait. Who comes when it is full is refused at once, and told EAGAIN. */
const backlog = 4096

export interface ForwardOptions {
  /** Unix path in a folder of mode 0700, or a named pipe. */
  hostSocket: string
  /** Opens the guest's end for one connection; may wait for the link to come back, within reason. */
  open(signal: AbortSignal): Promise<Duplex>
  /** The guest's end as clients shall see it. */
  present?: ((guest: Duplex) => Duplex) | undefined
  /** Told when a connection could not be carried to the guest, or was hung up there before a byte came back. */
  onRefused: (error: Error) => void
}

/** A socket of the host whose connections end in the guest. */
export interface Forward extends AsyncDisposable {
  readonly hostSocket: string
  /** Whether the path still leads to this forward and not to nothing or to someone else's file. */
  isInPlace(): Promise<boolean>
  /** Binds the path again after it was removed. Connections under way go on. Does nothing once disposed. */
  rebind(): Promise<void>
}

/**
 * Listens on `hostSocket` and carries each connection to the guest. The two directions end independently, and a slow
 * reader slows its writer down.
 * @throws {VmError} 'socket-taken' when somebody answers there or something that is no socket of ours lies there.
 */
export async function createForward(options: ForwardOptions): Promise<Forward> {
  const { hostSocket } = options
  const carried = new Set<Socket>()
  const over = new AbortController()
  const accept = (socket: Socket) => {
    if (over.signal.aborted) {
      socket.destroy()
      return
    }
    carried.add(socket)
    socket.on('close', () => carried.delete(socket))
    void carry(socket, options, over.signal)
  }
  let bound = await bind(hostSocket, accept)
  let rebinding: Promise<void> = Promise.resolve()
  const rebind = async () => {
    const before = bound.server
    bound = await bind(hostSocket, accept)
    before.close()
  }
  const isInPlace = async () => isPipe(hostSocket) || (await inodeOf(hostSocket)) === bound.inode

  return {
    hostSocket,
    isInPlace,
    async rebind() {
      if (over.signal.aborted) return
      rebinding = rebinding.catch(() => undefined).then(rebind)
      await rebinding
    },
    async [Symbol.asyncDispose]() {
      if (over.signal.aborted) return
      over.abort()
      for (const socket of carried) socket.destroy()
      // What is being bound just now would otherwise stay behind.
      await rebinding.catch(() => undefined)
      if (!isPipe(hostSocket) && (await isInPlace()))
        await unlink(hostSocket).catch(() => undefined)
      const { promise, resolve } = Promise.withResolvers<undefined>()
      bound.server.close(() => {
        resolve(undefined)
      })
      await promise
    },
  }
}

async function carry(socket: Socket, options: ForwardOptions, signal: AbortSignal): Promise<void> {
  socket.on('error', () => socket.destroy())
  const gone = new AbortController()
  const onClose = () => {
    gone.abort()
  }
  socket.once('close', onClose)
  try {
    const stream = await options.open(AbortSignal.any([signal, gone.signal]))
    socket.off('close', onClose)
    join(socket, options.present?.(stream) ?? stream, () => {
      if (!signal.aborted) options.onRefused(new Error('hung up before it answered'))
    })
  } catch (error) {
    socket.destroy()
    if (!signal.aborted && !gone.signal.aborted) {
      options.onRefused(error instanceof Error ? error : new Error(String(error)))
    }
  }
}

/**
 * Each side's end becomes the other's end of input only; a side that breaks or closes takes the other with it.
 * `stream.pipeline` is not it: it tears both down once one direction has ended.
 */
function join(socket: Socket, stream: Duplex, onSilence: () => void): void {
  let streamEnded = false
  let answered = false
  stream.once('data', () => (answered = true))
  stream.on('error', () => socket.destroy())
  stream.on('end', () => {
    streamEnded = true
    if (!answered && !socket.readableEnded) onSilence()
  })
  stream.on('close', () => {
    if (!streamEnded && !answered && !socket.destroyed) onSilence()
    // What the guest sent before it closed may still wait for a slow reader.
    if (streamEnded) socket.end()
    else socket.destroy()
    if (!socket.writableEnded || socket.writableFinished) socket.destroy()
    else socket.once('finish', () => socket.destroy())
  })
  socket.on('close', () => stream.destroy())
  if (socket.destroyed) {
    stream.destroy()
    return
  }
  socket.pipe(stream)
  stream.pipe(socket)
}

interface Bound {
  server: Server
  inode?: string
}

/**
 * Binds under a passing name and moves that to `path`: closing a server makes the system library unlink the name it
 * was bound to, whoever has put something else there since.
 */
async function bind(path: string, accept: (socket: Socket) => void): Promise<Bound> {
  if (isPipe(path)) return { server: await listen(path, accept) }
  if (Buffer.byteLength(path) > maxPathBytes) {
    throw new VmError('socket-path-too-long', { path, maxBytes: maxPathBytes })
  }
  await clearSocketPath(path)
  const passing = joinPath(dirname(path), `.${randomBytes(3).toString('hex')}`)
  const server = await listen(passing, accept)
  try {
    await rename(passing, path)
  } catch (error) {
    server.close()
    throw error
  }
  return { server, inode: await inodeOf(path) }
}

async function listen(path: string, accept: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, accept)
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  server.once('error', (cause) => {
    reject(new VmError('socket-taken', { path, reason: errorCode(cause) ?? '' }, { cause }))
  })
  // The path is bound before listen() returns, so that nobody ever sees the socket with wider rights.
  const before = isPipe(path) ? undefined : process.umask(0o177)
  try {
    server.listen({ path, backlog }, () => {
      resolve(undefined)
    })
  } finally {
    if (before !== undefined) process.umask(before)
  }
  await promise
  server.on('error', () => undefined)
  return server
}

async function inodeOf(path: string): Promise<string | undefined> {
  const found = await lstat(path, { bigint: true }).catch(() => undefined)
  return found && `${found.dev}:${found.ino}`
}

function isPipe(path: string): boolean {
  return path.startsWith('\\\\')
}
