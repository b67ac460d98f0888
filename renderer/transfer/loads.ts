import { shallowRef } from 'vue'
import { TransferLayers, type TransferProgress } from '#api'
import { toErrorShape } from '../api/error-shape.ts'
import { type Reading, read } from '../api/reading.ts'
import type { Transfer } from './transfer.ts'

/** Archives that this window sends to the engine: they end with it, since it has the file. */
export function createLoads(
  open: (file: File) => AsyncIterable<TransferProgress>,
  tellEnd: (load: Transfer) => void,
) {
  const loads = shallowRef<readonly Transfer[]>([])
  const running = new Map<string, { file: File; reading: Reading }>()
  let lastId = 0

  const change = (id: string, news: Partial<Transfer>) => {
    loads.value = loads.value.map((one) => (one.id === id ? { ...one, ...news } : one))
  }
  const end = (id: string, news: Pick<Transfer, 'phase' | 'error'>) => {
    change(id, news)
    const load = loads.value.find((one) => one.id === id)
    if (load) tellEnd(load)
  }
  const begin = (file: File) => {
    lastId += 1
    const id = `load ${lastId}`
    const first = { layers: [], message: '', from: [], forRun: false, phase: 'active' } as const
    loads.value = [...loads.value, { ...first, id, kind: 'load', name: file.name }]
    const told = new TransferLayers()
    const reading = read(open(file), (line) => {
      told.add(line)
      change(id, { layers: told.all, message: told.message })
    })
    running.set(id, { file, reading })
    reading.done.then(
      () => end(id, { phase: 'done' }),
      (error: unknown) => end(id, { phase: 'failed', error: toErrorShape(error) }),
    )
  }
  /** Takes it off the list; one that is under way is cancelled, and nothing of it is kept. */
  const dismiss = (id: string) => {
    running.get(id)?.reading.stop()
    running.delete(id)
    loads.value = loads.value.filter((one) => one.id !== id)
  }
  const again = (id: string) => {
    const file = running.get(id)?.file
    dismiss(id)
    if (file) begin(file)
  }
  return { loads, begin, again, dismiss }
}
