import { useClipboard } from '@vueuse/core'
import { computed } from 'vue'
import { useRouter } from 'vue-router'
import type { HostPort } from '#api'
import { usePortActions } from '../../composables/usePortActions.ts'
import { toPlace, toUrl } from '../../container/host-port.ts'
import { toPortHost } from '../../container/port-links.ts'
import { usePortsStore } from '../../stores/ports.ts'
import { useWords } from '../../text/words.ts'
import type { PaletteItem } from './palette-item.ts'

/** The ports of this computer, found by number and by container. */
export function usePortItems() {
  const store = usePortsStore()
  const toSteps = usePortSteps()
  const host = toPortHost(location)
  return computed(() =>
    (store.ports ?? []).map((port): PaletteItem => ({
      id: `port ${port.id}`,
      kind: 'port',
      icon: 'i-lucide-plug',
      label: toPlace(port, host),
      detail: `${port.containerName}:${port.containerPort}`,
      words: `${port.containerName} ${port.protocol}`,
      steps: () => toSteps(port),
    })),
  )
}

/** What can be done with one port. */
function usePortSteps() {
  const { t } = useWords()
  const actions = usePortActions()
  const router = useRouter()
  const { copy } = useClipboard({ legacy: true })
  const host = toPortHost(location)
  return (port: HostPort): PaletteItem[] => {
    const url = toUrl(port, host)
    const step = (id: string, icon: string, label: string, run: () => unknown): PaletteItem => {
      return { id: `${id} ${port.id}`, kind: 'action', icon: `i-lucide-${icon}`, label, run }
    }
    const open = () => window.open(url, '_blank', 'noopener')
    const address = url ?? toPlace(port, host)
    const goToContainer = () => router.push(`/containers/${port.containerId}/ports`)
    return [
      ...(url === undefined ? [] : [step('open', 'arrow-up-right', t('ui.ports.open'), open)]),
      step('copy', 'copy', t('ui.ports.copy'), () => copy(address)),
      step('container of', 'box', t('ui.ports.container'), goToContainer),
      ...(port.origin === 'forward'
        ? [step('remove', 'unplug', t('ui.ports.remove'), () => actions.unforward(port))]
        : []),
    ]
  }
}
