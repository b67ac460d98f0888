import { useOverlay } from '@nuxt/ui/composables/useOverlay'
import { defineAsyncComponent } from 'vue'

const AppSignal = defineAsyncComponent(() => import('../components/AppSignal.vue'))

/** Asks which signal to send; resolves to undefined when its user would rather send none. */
export function useSignalQuestion(): (title: string) => Promise<string | undefined> {
  const overlay = useOverlay()
  // Made for each question: what is destroyed with its closing cannot be opened again.
  return async (title) => overlay.create(AppSignal, { destroyOnClose: true }).open({ title }).result
}
