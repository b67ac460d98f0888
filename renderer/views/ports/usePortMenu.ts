import type { ContextMenuItem } from '@nuxt/ui/components/ContextMenu.vue'
import { useClipboard } from '@vueuse/core'
import { useRouter } from 'vue-router'
import type { HostPort } from '#api'
import { usePortActions } from '../../composables/usePortActions.ts'
import { toPlace, toUrl } from '../../container/host-port.ts'
import { toPortHost } from '../../container/port-links.ts'
import { useWords } from '../../text/words.ts'

/** What can be done with one port, as a menu. */
export function usePortMenu(): (port: HostPort) => ContextMenuItem[][] {
  const router = useRouter()
  const { t } = useWords()
  const { copy } = useClipboard({ legacy: true })
  const host = toPortHost(location)

  const toVisit = (port: HostPort): ContextMenuItem[] => {
    const url = toUrl(port, host)
    const open = { label: t('ui.ports.open'), icon: 'i-lucide-arrow-up-right', target: '_blank' }
    const place = toPlace(port, host)
    return [
      ...(url === undefined ? [] : [{ ...open, to: url }]),
      { label: t('ui.ports.copy'), icon: 'i-lucide-copy', onSelect: () => void copy(url ?? place) },
      {
        label: t('ui.ports.container'),
        icon: 'i-lucide-box',
        onSelect: () => void router.push(`/containers/${port.containerId}/ports`),
      },
    ]
  }
  const { toMend, toReach, toRemove } = useChanges()
  return (port) =>
    [
      toVisit(port),
      port.error && port.protocol !== 'sctp' ? toMend(port) : [],
      port.canShare ? [toReach(port)] : [],
      port.origin === 'forward' ? [toRemove(port)] : [],
    ].filter((part) => part.length > 0)
}

/** The lines of the menu that change something. */
function useChanges() {
  const actions = usePortActions()
  const { t } = useWords()

  const toMend = (port: HostPort): ContextMenuItem[] => [
    {
      label: t('ui.ports.goRound'),
      icon: 'i-lucide-split',
      onSelect: () => void actions.goRound(port),
    },
    {
      label: t('ui.action.tryAgain'),
      icon: 'i-lucide-rotate-cw',
      onSelect: () => void actions.retry(),
    },
  ]
  const toReach = (port: HostPort): ContextMenuItem => {
    const isOpen = port.reach === 'network'
    return {
      label: t(isOpen ? 'ui.ports.unshare' : 'ui.ports.share'),
      icon: isOpen ? 'i-lucide-monitor' : 'i-lucide-wifi',
      onSelect: () => void actions.share(port, isOpen ? 'computer' : 'network'),
    }
  }
  const toRemove = (port: HostPort): ContextMenuItem => ({
    label: t('ui.ports.remove'),
    icon: 'i-lucide-unplug',
    color: 'error' as const,
    onSelect: () => void actions.unforward(port),
  })
  return { toMend, toReach, toRemove }
}
