import { useOverlay } from '@nuxt/ui/composables/useOverlay'
import { defineAsyncComponent } from 'vue'

const AppSignal = defineAsyncComponent(() => import('../components/AppSignal.vue'))

/** Asks which signal to send; resolves to undefined when its user would rather send none. */
export function useSignalQuestion(): (title: string) => Promise<string | undefined> {
  const dialog = useOverlay().create(AppSignal, { destroyOnClose: true })
  return async (title) => dialog.open({ title }).result
}
