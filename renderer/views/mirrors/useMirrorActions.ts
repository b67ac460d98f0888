import { useToast } from '@nuxt/ui/composables/useToast'
import type { MirrorEndpoint } from '#api'
import { useFailures } from '../../composables/useFailures.ts'
import { toRegistryTitle } from '../../registry/registry-title.ts'
import { useMirrorsStore } from '../../stores/mirrors.ts'
import { useWords } from '../../text/words.ts'
import { toMirrorName } from './endpoint-state.ts'

/** What a user does with mirrors; what goes wrong is shown. */
export function useMirrorActions() {
  const store = useMirrorsStore()
  const toast = useToast()
  const { attempt } = useFailures()
  const { t } = useWords()

  const change = (work: () => Promise<unknown>) => attempt(work, t('ui.failure.mirror'))
  const order = (registry: string, urls: string[]) => change(() => store.order(registry, urls))

  /** As it was, where it was. */
  const restore = async (registry: string, { url, enabled }: MirrorEndpoint, urls: string[]) => {
    await store.add({ registry, url })
    await store.order(registry, urls)
    if (!enabled) await store.enable({ registry, url }, false)
  }
  const remove = async (registry: string, endpoint: MirrorEndpoint, urls: string[]) => {
    const { url } = endpoint
    if (!(await change(() => store.remove({ registry, url })))) return
    const names = { name: toMirrorName(endpoint), registry: toRegistryTitle(registry) }
    toast.add({
      title: t('ui.mirrors.removed', names),
      icon: 'i-lucide-split',
      duration: 8000,
      actions: [
        {
          label: t('ui.mirrors.undo'),
          ...({ color: 'neutral', variant: 'outline', size: 'xs' } as const),
          onClick: () => void change(() => restore(registry, endpoint, urls)),
        },
      ],
    })
  }
  return {
    ...{ order, remove },
    enable: (registry: string, url: string, enabled: boolean) =>
      change(() => store.enable({ registry, url }, enabled)),
    test: (registry?: string) => attempt(() => store.test(registry), t('ui.failure.mirrorTest')),
  }
}
