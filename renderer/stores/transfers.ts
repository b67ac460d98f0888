import { createEventHook } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { ImageTransfer } from '#api'
import { useConnection } from '../api/index.ts'
import { useWatchedRuns } from '../composables/useWatchedRuns.ts'
import { createLoads } from '../transfer/loads.ts'
import { nextPaces, type TransferPace } from '../transfer/paces.ts'
import type { Transfer } from '../transfer/transfer.ts'

export interface PullOptions {
  /** `linux/arm64` */
  platform?: string
  /** A container is run of it as soon as it is there. */
  forRun?: boolean
}

/** Pulls and pushes, which are the app's, and loads, which are this window's: it has the file. */
export const useTransfersStore = defineStore('transfers', () => {
  const { loadImage } = useConnection()
  const { exchanged, onExchangeEnd, ...exchanges } = useExchanges()
  const ends = createEventHook<Transfer>()
  const tellEnd = (transfer: Transfer) => void ends.trigger(transfer)
  onExchangeEnd(tellEnd)
  const { loads, ...ofLoads } = createLoads(loadImage, tellEnd)
  /** Whether the list of them is in sight; what is begun brings it up. */
  const isShown = shallowRef(true)
  const paces = shallowRef<ReadonlyMap<string, TransferPace>>(new Map())

  const transfers = computed((): readonly Transfer[] => [...loads.value, ...exchanged.value])
  watch(transfers, (now) => (paces.value = nextPaces(paces.value, now, Date.now())))

  const pull = (reference: string, options?: PullOptions) => {
    isShown.value = true
    return exchanges.pull(reference, options)
  }
  const push = (reference: string) => {
    isShown.value = true
    return exchanges.push(reference)
  }
  const load = (file: File) => {
    isShown.value = true
    ofLoads.begin(file)
  }
  return {
    ...{ transfers, paces, isShown, pull, push, load },
    /** Hears of each end once, whoever began it. */
    onEnd: ends.on,
    cancel: async ({ kind, id }: Transfer): Promise<void> => {
      if (kind === 'load') ofLoads.dismiss(id)
      else await exchanges.cancel(id)
    },
    dismiss: async ({ kind, id }: Transfer): Promise<void> => {
      if (kind === 'load') ofLoads.dismiss(id)
      else await exchanges.dismiss(id)
    },
    /** Begins the same anew, which goes on with what the engine or the registry has got. */
    again: async ({ kind, id, name, platform }: Transfer): Promise<void> => {
      if (kind === 'load') ofLoads.again(id)
      else if (kind === 'push') await push(name)
      else await pull(name, platform === undefined ? {} : { platform })
    },
  }
})

/** What the app exchanges with registries. */
function useExchanges() {
  const { api } = useConnection()
  const { list, isOld, onEnd, whenEnded } = useWatchedRuns('transfers', () => api.transfers.watch())
  const forRun = shallowRef<ReadonlySet<string>>(new Set())
  const drawn = new WeakMap<ImageTransfer, Transfer>()

  /** What has not changed stays the same object, so that its card is not drawn again. */
  const toTransfer = (one: ImageTransfer): Transfer => {
    const isForRun = forRun.value.has(one.id)
    const last = drawn.get(one)
    if (last?.forRun === isForRun) return last
    const { image: name, ...parts } = one
    const next = { ...parts, name, forRun: isForRun }
    drawn.set(one, next)
    return next
  }
  const exchanged = computed((): readonly Transfer[] =>
    // What had gone well before this window was there is no news.
    (list.value ?? []).filter(({ id, phase }) => phase !== 'done' || !isOld(id)).map(toTransfer),
  )
  return {
    exchanged,
    onExchangeEnd: (tell: (transfer: Transfer) => void) => onEnd((one) => tell(toTransfer(one))),
    /** Resolves once it has begun. */
    async pull(reference: string, { platform, forRun: isForRun = false }: PullOptions = {}) {
      const options = platform === undefined ? {} : { platform }
      const id = await api.transfers.pull(reference, options)
      if (isForRun) forRun.value = new Set([...forRun.value, id])
      return { ended: whenEnded(id) }
    },
    async push(reference: string) {
      return { ended: whenEnded(await api.transfers.push(reference)) }
    },
    cancel: (id: string) => api.transfers.cancel(id),
    dismiss: (id: string) => api.transfers.dismiss(id),
  }
}
