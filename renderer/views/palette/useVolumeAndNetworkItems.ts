import { useClipboard } from '@vueuse/core'
import { computed } from 'vue'
import { useNetworksStore } from '../../stores/networks.ts'
import { useVolumesStore } from '../../stores/volumes.ts'
import { useWords } from '../../text/words.ts'
import type { PaletteItem } from './palette-item.ts'
import { useFilteredList } from './useFilteredList.ts'

/** Volumes and networks, which have no pages of their own yet: their names can be copied, their users shown. */
export function useVolumeAndNetworkItems() {
  const volumes = useVolumesStore()
  const networks = useNetworksStore()
  const toSteps = useUsedBySteps()
  return computed((): PaletteItem[] => [
    ...(volumes.volumes ?? []).map(({ name, driver }) => ({
      id: `volume ${name}`,
      kind: 'volume' as const,
      icon: 'i-lucide-database',
      label: name,
      detail: driver,
      steps: () => toSteps('volume', name),
    })),
    ...(networks.networks ?? []).map(({ name, driver, subnets }) => ({
      id: `network ${name}`,
      kind: 'network' as const,
      icon: 'i-lucide-network',
      label: name,
      detail: [driver, ...subnets].join(' · '),
      steps: () => toSteps('network', name),
    })),
  ])
}

function useUsedBySteps() {
  const { t } = useWords()
  const showContainers = useFilteredList()
  const { copy } = useClipboard({ legacy: true })
  return (kind: 'volume' | 'network', name: string): PaletteItem[] => [
    {
      id: `users of ${kind} ${name}`,
      kind: 'action',
      icon: 'i-lucide-box',
      label: t('ui.palette.users'),
      run: () => showContainers(`${kind}=${name}`),
    },
    {
      id: `copy ${kind} ${name}`,
      kind: 'action',
      icon: 'i-lucide-copy',
      label: t('ui.palette.copyName'),
      run: () => copy(name),
    },
  ]
}
