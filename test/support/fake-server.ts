import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { windowFolder } from '../../main/window/files.ts'
import { openUiServer } from '../../main/headless/server.ts'
import { type FakeApp, type FakeOptions, startFakeApp } from './fake-app.ts'

export interface FakeServer extends FakeApp {
  /** Leads to the window, as often as one likes: each visit gets an address that works once. */
  url: string
  /** Where the window is then. */
  origin: string
  /** From now on the session is refused, as after the app has been started anew. */
  refuse(): Promise<void>
}

export interface FakeServerOptions extends FakeOptions {
  /** Of `url`; 0 takes a free one. */
  port?: number
  /** The built window. */
  folder?: string
}

/** The real app and its real server for browsers, over a fake machine and engine. */
export async function startFakeServer(options: FakeServerOptions = {}): Promise<FakeServer> {
  await using stack = new AsyncDisposableStack()
  const fake = stack.use(await startFakeApp(options))
  const folder = options.folder ?? windowFolder
  let ui = await openUiServer(fake.app, { folder, port: 0 })
  stack.defer(() => ui[Symbol.asyncDispose]())
  const port = Number(new URL(ui.url).port)

  const door = createServer((_request, response) => {
    response.writeHead(302, { location: ui.url, 'cache-control': 'no-store' }).end()
  })
  door.listen(options.port ?? 0, '127.0.0.1')
  await once(door, 'listening')
  stack.defer(async () => {
    door.closeAllConnections()
    door.close()
    await once(door, 'close')
  })
  const closing = stack.move()
  return {
    ...fake,
    url: `http://127.0.0.1:${(door.address() as AddressInfo).port}/`,
    origin: `http://127.0.0.1:${port}`,
    async refuse() {
      await ui[Symbol.asyncDispose]()
      ui = await openUiServer(fake.app, { folder, port })
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}
