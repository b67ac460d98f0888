import { useToast } from '@nuxt/ui/composables/useToast'
import { useRoute } from 'vue-router'
import { AppError } from '#api'
import { useFailures } from '../composables/useFailures.ts'
import { useComposeStore } from '../stores/compose.ts'
import { useWords } from '../text/words.ts'

/** Tells how what was done with Compose projects has ended, whoever began it, where that is not in sight anyway. */
export function useRunNews(): void {
  const route = useRoute()
  const toast = useToast()
  const { t } = useWords()
  const { show } = useFailures()

  useComposeStore().onRunEnd(({ project: name, verb, phase, error }) => {
    if (route.path.startsWith('/compose/') && route.params['name'] === name) return
    if (error) show(AppError.fromShape(error))
    // The list says it by itself.
    if (phase !== 'done' || route.path === '/compose') return
    const title = t(`ui.compose.done.${verb}`, { name })
    toast.add({ title, icon: 'i-lucide-boxes', duration: 6000 })
  })
}
