import { useToast } from '@nuxt/ui/composables/useToast'
import type { ForwardRequest, HostPort, PortReach } from '#api'
import { toPlace } from '../container/host-port.ts'
import { toPortHost } from '../container/port-links.ts'
import { usePortsStore } from '../stores/ports.ts'
import { useWords } from '../text/words.ts'
import { useFailures } from './useFailures.ts'

/** What a user does with ports; what goes wrong is shown. */
export function usePortActions() {
  const store = usePortsStore()
  const toast = useToast()
  const { attempt } = useFailures()
  const { t } = useWords()
  const host = toPortHost(location)

  /** Says where the new way in begins, since it is another port than the container's own. */
  const forward = (request: ForwardRequest) =>
    attempt(async () => {
      const made = await store.forward(request)
      const name = made.containerName
      toast.add({
        title: t('ui.ports.made', { address: toPlace(made, host) }),
        description: t('ui.ports.madeText', { name, port: made.containerPort }),
        icon: 'i-lucide-plug',
        duration: 6000,
      })
    }, t('ui.failure.port'))
  return {
    forward,
    /** Another port of this computer for one that is taken. */
    goRound: ({ containerId, containerPort, protocol }: HostPort) =>
      forward({ containerId, containerPort, protocol: protocol === 'udp' ? 'udp' : 'tcp' }),
    unforward: ({ id }: HostPort) => attempt(() => store.unforward(id), t('ui.failure.port')),
    share: ({ id }: HostPort, reach: PortReach) =>
      attempt(() => store.share(id, reach), t('ui.failure.port')),
    retry: () => attempt(() => store.retry(), t('ui.failure.port')),
  }
}
