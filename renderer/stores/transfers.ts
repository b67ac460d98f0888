import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { AppError, type ErrorShape, type TransferProgress } from '#api'
import { useConnection } from '../api/index.ts'
import { type Reading, read } from '../api/reading.ts'
import type { Transfer } from '../transfer.ts'

export const useTransfersStore = defineStore('transfers', () => {
  const { api, loadImage } = useConnection()
  const transfers = shallowRef<readonly Transfer[]>([])
  const readings = new Map<number, Reading>()
  let lastId = 0

  const change = (id: number, toNext: (transfer: Transfer) => Partial<Transfer>) => {
    transfers.value = transfers.value.map((entry) =>
      entry.id === id ? { ...entry, ...toNext(entry) } : entry,
    )
  }
  const begin = (kind: Transfer['kind'], name: string, source: AsyncIterable<TransferProgress>) => {
    lastId += 1
    const id = lastId
    const first: Transfer = { id, kind, name, phase: 'active', layers: new Map(), message: '' }
    transfers.value = [...transfers.value, first]
    const reading = read(source, (item) => change(id, (entry) => withProgress(entry, item)))
    readings.set(id, reading)
    reading.done.then(
      () => change(id, () => ({ phase: 'done' })),
      (error: unknown) => change(id, () => ({ phase: 'failed', error: toShape(error) })),
    )
  }
  /** Takes it off the list; one that is under way is cancelled. */
  const dismiss = (id: number) => {
    readings.get(id)?.stop()
    readings.delete(id)
    transfers.value = transfers.value.filter((entry) => entry.id !== id)
  }
  const pull = (reference: string) => begin('pull', reference, api.images.pull(reference))
  const pullAgain = ({ id, name }: Transfer) => {
    dismiss(id)
    pull(name)
  }
  return {
    transfers,
    pull,
    pullAgain,
    load: (file: File) => begin('load', file.name, loadImage(file)),
    dismiss,
  }
})

function withProgress(transfer: Transfer, item: TransferProgress): Partial<Transfer> {
  if (item.layer === undefined) return { message: item.message }
  // A finished layer comes without numbers: its size stays, or the sum would run backwards.
  const total = item.total ?? transfer.layers.get(item.layer)?.total
  return { layers: new Map(transfer.layers).set(item.layer, { ...item, total }) }
}

function toShape(error: unknown): ErrorShape {
  return error instanceof AppError ? error.toShape() : { code: 'internal', params: { log: '' } }
}
