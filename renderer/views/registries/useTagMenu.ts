import type { ContextMenuItem } from '@nuxt/ui/components/ContextMenu.vue'
import { useClipboard } from '@vueuse/core'
import { useFailures } from '../../composables/useFailures.ts'
import { useMachineStore } from '../../stores/machine.ts'
import { useTransfersStore } from '../../stores/transfers.ts'
import { useWords } from '../../text/words.ts'

/** What can be done with a tag, as a menu. */
export function useTagMenu(
  toReference: (tag: string) => string,
): (tag: string) => ContextMenuItem[][] {
  const { t } = useWords()
  const machine = useMachineStore()
  const transfers = useTransfersStore()
  const { attempt } = useFailures()
  const { copy } = useClipboard({ legacy: true })
  return (tag) => [
    [
      {
        label: t('ui.registries.tags.pull'),
        icon: 'i-lucide-download',
        disabled: !machine.isServing,
        onSelect: () => void attempt(() => transfers.pull(toReference(tag))),
      },
      {
        label: t('ui.registries.tags.copy'),
        icon: 'i-lucide-copy',
        onSelect: () => void copy(toReference(tag)),
      },
    ],
  ]
}
