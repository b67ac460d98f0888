import { createPinia } from 'pinia'
import { describe, expect, it, vi } from 'vitest'
import { createApp } from 'vue'
import { AppError, type Link, type TransferProgress, kinds, serve } from '#api'
import { createConnection } from '../../../renderer/api/connection.ts'
import { SessionRefused } from '../../../renderer/api/face.ts'
import { provideConnection } from '../../../renderer/api/index.ts'
import { useContainersStore } from '../../../renderer/stores/containers.ts'
import { useMachineStore } from '../../../renderer/stores/machine.ts'
import { useSettingsStore } from '../../../renderer/stores/settings.ts'
import { useTransfersStore } from '../../../renderer/stores/transfers.ts'
import { type FakeOptions, createFakeApi } from '../../support/fake-api.ts'
import { starting } from '../../support/fake-status.ts'
import { createLoopback } from '../../support/loopback.ts'

/** The stores of a window on the real rpc, over a link that can be cut. */
function openWindow(options: FakeOptions = {}) {
  const api = createFakeApi({ stepMs: 1, ...options })
  const links: { close(): void }[] = []
  const line = { refused: false, down: false }
  const connection = createConnection({
    async dial(): Promise<Link> {
      await Promise.resolve()
      if (line.refused) throw new SessionRefused()
      if (line.down) throw new Error('no connection')
      const loopback = createLoopback()
      links.push(loopback)
      serve({ ...api }, loopback.far, {
        kinds,
        toShape: (error) =>
          error instanceof AppError ? error.toShape() : { code: 'internal', params: { log: '' } },
      })
      return loopback.near
    },
    loadImage: (file, remote) => remote.images.load(file.name),
  })
  const app = createApp({})
  const pinia = createPinia()
  provideConnection(app, connection)
  app.use(pinia)
  const use = <T>(store: (pinia: ReturnType<typeof createPinia>) => T) =>
    app.runWithContext(() => store(pinia))
  return { api, connection, line, use, cut: () => links.at(-1)?.close(), links }
}

const soon = <T>(check: () => T) => vi.waitFor(check, { interval: 2 })

describe('a store', () => {
  it('mirrors the list and every change of it', async () => {
    const { api, use } = openWindow()
    const containers = use(useContainersStore)
    await soon(() => expect(containers.containers).toHaveLength(7))
    api.list.set(api.list.get().slice(1))
    await soon(() => expect(containers.containers).toHaveLength(6))
  })

  it('reads the list only while the engine answers', async () => {
    const { api, use } = openWindow({ scenario: 'stopped' })
    const watch = vi.spyOn(api.containers, 'watch')
    const machine = use(useMachineStore)
    const containers = use(useContainersStore)
    await soon(() => expect(machine.status?.state).toBe('stopped'))
    expect(watch).not.toHaveBeenCalled()
    await machine.start()
    await soon(() => expect(containers.containers).toHaveLength(7))
    api.status.set(starting(1))
    await soon(() => expect(containers.containers).toBeUndefined())
  })

  it('keeps the last list while the link is lost, and follows again on a new one', async () => {
    const { api, use, cut, connection, links } = openWindow()
    const containers = use(useContainersStore)
    await soon(() => expect(containers.containers).toHaveLength(7))
    cut()
    await soon(() => expect(connection.state.value).toBe('lost'))
    expect(containers.containers).toHaveLength(7)
    await expect(containers.start('x')).rejects.toMatchObject({ code: 'disconnected' })
    api.list.set([])
    connection.retryNow()
    await soon(() => expect(connection.state.value).toBe('open'))
    expect(links).toHaveLength(2)
    await soon(() => expect(containers.containers).toHaveLength(0))
  })

  it('stops dialling when the session is refused', async () => {
    const { line, cut, connection } = openWindow()
    await soon(() => expect(connection.state.value).toBe('open'))
    line.refused = true
    cut()
    await soon(() => expect(connection.state.value).toBe('lost'))
    connection.retryNow()
    await soon(() => expect(connection.state.value).toBe('refused'))
  })

  it('shows what is being done to a container, and hands its failure on', async () => {
    const { use } = openWindow({ stepMs: 30 })
    const containers = use(useContainersStore)
    await soon(() => expect(containers.containers).toHaveLength(7))
    const id = containers.containers?.[0]?.id ?? ''
    const stopping = containers.stop(id)
    expect(containers.busy.get(id)).toBe('stop')
    await stopping
    expect(containers.busy.has(id)).toBe(false)
    await soon(() => expect(containers.containers?.[0]?.state).toBe('exited'))
    await expect(containers.stop('f'.repeat(64))).rejects.toMatchObject({
      code: 'container-missing',
    })
  })

  it('follows a pull to its end, and a failed one to its reason', async () => {
    const { use, connection } = openWindow()
    const transfers = use(useTransfersStore)
    await soon(() => expect(connection.state.value).toBe('open'))
    transfers.pull('alpine')
    await soon(() => expect(transfers.transfers[0]?.phase).toBe('done'))
    expect(transfers.transfers[0]?.layers.size).toBe(4)
    transfers.pull('missing/thing')
    await soon(() => expect(transfers.transfers[1]?.phase).toBe('failed'))
  })

  it('cancels a pull at its source when it is dismissed', async () => {
    const { api, use, connection } = openWindow({ stepMs: 20 })
    const pull = api.images.pull.bind(api.images)
    const ended = vi.fn<() => void>()
    api.images.pull = (reference) => withEnd(pull(reference), ended)
    const transfers = use(useTransfersStore)
    await soon(() => expect(connection.state.value).toBe('open'))
    transfers.pull('alpine')
    await soon(() => expect(transfers.transfers[0]?.layers.size).toBe(4))
    transfers.dismiss(transfers.transfers[0]?.id ?? 0)
    expect(transfers.transfers).toHaveLength(0)
    await soon(() => expect(ended).toHaveBeenCalledOnce())
  })

  it('gets a saved setting back through the stream', async () => {
    const { use } = openWindow()
    const settings = use(useSettingsStore)
    await soon(() => expect(settings.snapshot?.settings.theme).toBe('system'))
    await settings.save({ theme: 'dark' })
    await soon(() => expect(settings.snapshot?.settings.theme).toBe('dark'))
  })
})

/** Tells when the reader of `source` has left it. */
function withEnd(
  source: AsyncIterable<TransferProgress>,
  ended: () => void,
): AsyncIterable<TransferProgress> {
  return {
    [Symbol.asyncIterator]() {
      const inner = source[Symbol.asyncIterator]()
      return {
        next: () => inner.next(),
        async return() {
          ended()
          return (await inner.return?.()) ?? { done: true, value: undefined }
        },
      }
    },
  }
}
