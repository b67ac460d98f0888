import { createPinia } from 'pinia'
import { onTestFinished } from 'vitest'
import { createApp, type Plugin } from 'vue'
import type { Link } from '#api'
import { createConnection } from '../../renderer/api/connection.ts'
import { SessionRefused } from '../../renderer/api/face.ts'
import { provideConnection } from '../../renderer/api/index.ts'
import { type FakeApp, type FakeOptions, startFakeApp } from './fake-app.ts'
import { createLoopback } from './loopback.ts'

/** The stores of a window on a real app of its own, over a link that can be cut. */
export async function openWindow(options: FakeOptions = {}) {
  const fake = await startFakeApp({ stepMs: 1, ...options })
  onTestFinished(() => fake[Symbol.asyncDispose]())
  return { ...fake, ...openWindowOn(fake) }
}

/** The stores of one more window on an app that is there. */
export function openWindowOn(fake: FakeApp, ...plugins: Plugin[]) {
  const links: { close(): void }[] = []
  const line = { refused: false, down: false }
  const connection = createConnection({
    async dial(): Promise<Link> {
      await Promise.resolve()
      if (line.refused) throw new SessionRefused()
      if (line.down) throw new Error('no connection')
      const loopback = createLoopback()
      links.push(loopback)
      fake.app.serve(loopback.far)
      return loopback.near
    },
    loadImage: (file, remote) => remote.images.load(file.name),
  })
  const app = createApp({})
  const pinia = createPinia()
  provideConnection(app, connection)
  app.use(pinia)
  for (const plugin of plugins) app.use(plugin)
  const use = <T>(store: (pinia: ReturnType<typeof createPinia>) => T) =>
    app.runWithContext(() => store(pinia))
  return { connection, line, use, cut: () => links.at(-1)?.close(), links }
}
