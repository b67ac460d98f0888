import { rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import type { App } from '../app.ts'
import { createLineLink } from './line-link.ts'

/**
 * The private socket of the CLI: whoever may open it may do everything, so it is mode 0600 in a folder of mode 0700.
 * A file left there by an app that was killed is removed; the app's lock says that its owner is gone.
 */
export async function openControl(app: App): Promise<AsyncDisposable> {
  const path = app.paths.controlSocket(app.socketFolder)
  if (process.platform !== 'win32') await rm(path, { force: true })
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    app.serve(createLineLink(socket))
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
