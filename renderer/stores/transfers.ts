import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { AppError, type ImageTransfer, isUnderWay } from '#api'
import { useConnection } from '../api/index.ts'
import { createRunEnds } from '../api/run-ends.ts'
import { useMirror } from '../composables/useMirror.ts'
import { createLoads } from '../transfer/loads.ts'
import { nextPaces, type TransferPace } from '../transfer/paces.ts'
import type { Transfer } from '../transfer/transfer.ts'

/** How a transfer came to its end. */
type TransferEnd = 'done' | 'failed' | 'cancelled'

export interface PullOptions {
  /** `linux/arm64` */
  platform?: string
  /** A container is run of it as soon as it is there. */
  forRun?: boolean
}

/** Pulls and pushes, which are the app's, and loads, which are this window's: it has the file. */
export const useTransfersStore = defineStore('transfers', () => {
  const { loadImage } = useConnection()
  const { all, seen, forRun, ...exchanges } = useExchanges()
  const { loads, ...ofLoads } = createLoads(loadImage)
  /** Whether the list of them is in sight; what is begun brings it up. */
  const isShown = shallowRef(true)
  const paces = shallowRef<ReadonlyMap<string, TransferPace>>(new Map())

  const transfers = computed((): readonly Transfer[] => [
    ...loads.value,
    // What had gone well before this window was there is no news.
    ...(all.value ?? [])
      .filter(({ id, phase }) => phase !== 'done' || seen.has(id))
      .map(({ image: name, ...one }) => ({ ...one, name, forRun: forRun.has(one.id) })),
  ])
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
    cancel: (transfer: Transfer) =>
      transfer.kind === 'load' ? ofLoads.cancel(transfer.id) : exchanges.cancel(transfer.id),
    dismiss: (transfer: Transfer) =>
      transfer.kind === 'load' ? ofLoads.dismiss(transfer.id) : exchanges.dismiss(transfer.id),
    /** Begins the same anew, which goes on with what the engine or the registry has got. */
    again: async ({ kind, id, name, platform }: Transfer): Promise<void> => {
      if (kind === 'load') ofLoads.again(id)
      else if (kind === 'push') await push(name)
      else await pull(name, platform === undefined ? {} : { platform })
    },
  }
})

/** What the app exchanges with registries, as every window sees it; windows begin it, and may go. */
function useExchanges() {
  const { api, commands } = useConnection()
  const { value: all } = useMirror(() => api.transfers.watch())
  const ends = createRunEnds<ImageTransfer>()
  const seen = new Set<string>()
  const forRun = new Set<string>()
  const waiting = new Map<string, PromiseWithResolvers<TransferEnd>>()

  const settle = (now: readonly ImageTransfer[]) => {
    for (const one of now) if (isUnderWay(one)) seen.add(one.id)
    const { ended, gone } = ends.take(now)
    for (const { id, phase, error } of ended) {
      commands.endRun(id, error && AppError.fromShape(error), phase === 'cancelled')
      end(id, phase === 'done' || phase === 'failed' ? phase : 'cancelled')
    }
    for (const id of gone) {
      commands.endRun(id, undefined, true)
      end(id, 'cancelled')
    }
  }
  const end = (id: string, how: TransferEnd) => {
    waiting.get(id)?.resolve(how)
    waiting.delete(id)
  }
  watch(all, (now) => now && settle(now), { flush: 'sync' })

  const begun = (id: string): { ended: Promise<TransferEnd> } => {
    // Who asks for what is under way already has its id, too.
    const known = waiting.get(id) ?? Promise.withResolvers<TransferEnd>()
    waiting.set(id, known)
    seen.add(id)
    ends.begun(id)
    // It may have ended before its id was here.
    settle(all.value ?? [])
    return { ended: known.promise }
  }
  return {
    ...{ all, seen, forRun },
    /** Resolves once it has begun. */
    async pull(reference: string, { platform, forRun: isForRun = false }: PullOptions = {}) {
      const options = platform === undefined ? {} : { platform }
      const id = await api.transfers.pull(reference, options)
      if (isForRun) forRun.add(id)
      return begun(id)
    },
    async push(reference: string) {
      return begun(await api.transfers.push(reference))
    },
    cancel: (id: string) => api.transfers.cancel(id),
    dismiss: (id: string) => api.transfers.dismiss(id),
  }
}
