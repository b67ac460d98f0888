import { createServer, type Server, type Socket } from 'node:net'
import { clearSocketPath } from '#vm'
import type { App } from '../app.ts'
import { askMachine } from '../machine/errors.ts'
import { createLineLink } from './line-link.ts'

/**
 * The private socket of the CLI: whoever may open it may do everything, so it is mode 0600 in a folder of mode 0700.
 * A socket left there by an app that was killed is removed.
 * @throws {AppError} 'socket-taken' when something else lies there, or somebody answers.
 */
export async function openControl(
  app: Pick<App, 'paths' | 'socketFolder' | 'serveControl'>,
): Promise<AsyncDisposable> {
  const path = app.paths.controlSocket(app.socketFolder)
  if (process.platform !== 'win32') await askMachine(() => clearSocketPath(path))
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    app.serveControl(createLineLink(socket))
  })
  await listen(server, path)
  return {
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroySoon()
      await closed
    },
  }
}

function listen(server: Server, path: string): Promise<void> {
  const before = process.umask(0o077)
  return new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  }).finally(() => process.umask(before))
}
