import { useToast } from '@nuxt/ui/composables/useToast'
import { shallowRef } from 'vue'
import type { Image } from '#api'
import { toErrorShape } from '../../api/error-shape.ts'
import { type BulkProgress, runBulk } from '../../list/bulk.ts'
import { useConfirm } from '../../composables/useConfirm.ts'
import { useImagesStore } from '../../stores/images.ts'
import { useWords } from '../../text/words.ts'

/** Removing many images: asks once, shows how far it is, tells once how it ended. */
export function useImageBulk() {
  const store = useImagesStore()
  const confirm = useConfirm()
  const toast = useToast()
  const { t, wordError } = useWords()
  const progress = shallowRef<BulkProgress>()
  let abort = new AbortController()

  const word = (error: unknown) => wordError(toErrorShape(error))
  const remove = async (images: readonly Image[]): Promise<boolean> => {
    const consent = await confirm({
      title: t('ui.images.removeManyAsk', { count: images.length }),
      body: t('ui.images.removeManyBody'),
      confirm: t('ui.action.remove'),
    })
    if (!consent) return false
    abort = new AbortController()
    const named = new Map(images.map((image) => [image.id, image]))
    const result = await runBulk([...named.keys()], (id) => store.removeUnused(id), {
      signal: abort.signal,
      onProgress: (now) => (progress.value = now),
    })
    progress.value = undefined
    const sentences = [...new Set(result.failed.map(({ error }) => word(error)))]
    toast.add({
      title: t('ui.images.removedMany', { done: result.done, kept: result.total - result.done }),
      color: result.failed.length > 0 ? 'warning' : 'success',
      ...(sentences.length > 0 && { description: sentences.slice(0, 4).join('\n') }),
    })
    return true
  }
  return { progress, remove, stop: () => abort.abort() }
}
