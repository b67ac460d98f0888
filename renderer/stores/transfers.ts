import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { TransferProgress } from '#api'
import { toErrorShape } from '../api/error-shape.ts'
import { useConnection } from '../api/index.ts'
import { type Reading, read } from '../api/reading.ts'
import { type Transfer, sumLayers } from '../transfer/transfer.ts'
import { addMark } from '../transfer/transfer-speed.ts'

/** How a transfer came to its end. */
export type TransferEnd = 'done' | 'failed' | 'cancelled'

export interface PullOptions {
  /** `linux/arm64` */
  platform?: string
  /** A container is run of it as soon as it is there. */
  forRun?: boolean
}

/** What goes on while its user does other things: pulls and loads. */
export const useTransfersStore = defineStore('transfers', () => {
  const { api, loadImage } = useConnection()
  const { transfers, begin, dismiss } = useRunning()

  const pull = (reference: string, options: PullOptions = {}) => {
    const { platform, forRun = false } = options
    const again = () => pull(reference, options)
    const source = api.images.pull(reference, platform === undefined ? {} : { platform })
    return begin({ kind: 'pull', name: reference, again, forRun }, source)
  }
  const load = (file: File): { ended: Promise<TransferEnd> } => {
    const again = () => load(file)
    return begin({ kind: 'load', name: file.name, again, forRun: false }, loadImage(file))
  }
  const again = (transfer: Transfer) => {
    dismiss(transfer.id)
    transfer.again()
  }
  return { transfers, pull, load, again, dismiss }
})

function useRunning() {
  const transfers = shallowRef<readonly Transfer[]>([])
  const running = new Map<number, { reading: Reading; end: (how: TransferEnd) => void }>()
  let lastId = 0

  const change = (id: number, toNext: (transfer: Transfer) => Partial<Transfer>) => {
    transfers.value = transfers.value.map((entry) =>
      entry.id === id ? { ...entry, ...toNext(entry) } : entry,
    )
  }
  const settle = (id: number, how: TransferEnd, news: Partial<Transfer>) => {
    change(id, () => news)
    running.get(id)?.end(how)
    running.delete(id)
  }
  const begin = (
    named: Pick<Transfer, 'kind' | 'name' | 'again' | 'forRun'>,
    source: AsyncIterable<TransferProgress>,
  ) => {
    lastId += 1
    const id = lastId
    const { promise: ended, resolve: end } = Promise.withResolvers<TransferEnd>()
    const first = { phase: 'active', layers: new Map(), message: '', marks: [] } as const
    transfers.value = [...transfers.value, { ...named, ...first, id }]
    const reading = read(source, (item) => change(id, (entry) => withProgress(entry, item)))
    running.set(id, { reading, end })
    reading.done.then(
      () => settle(id, 'done', { phase: 'done' }),
      (error: unknown) => settle(id, 'failed', { phase: 'failed', error: toErrorShape(error) }),
    )
    return { ended }
  }
  /** Takes it off the list; one that is under way is cancelled. */
  const dismiss = (id: number) => {
    running.get(id)?.reading.stop()
    settle(id, 'cancelled', {})
    transfers.value = transfers.value.filter((entry) => entry.id !== id)
  }
  return { transfers, begin, dismiss }
}

function withProgress(transfer: Transfer, item: TransferProgress): Partial<Transfer> {
  if (item.layer === undefined) return { message: item.message }
  // A finished layer comes without numbers: its size stays, or the sum would run backwards.
  const total = item.total ?? transfer.layers.get(item.layer)?.total
  const layer = { ...item, ...(total !== undefined && { total }) }
  const layers = new Map(transfer.layers).set(item.layer, layer)
  const bytes = sumLayers(layers.values()).current
  return { layers, marks: addMark(transfer.marks, { at: Date.now(), bytes }) }
}
