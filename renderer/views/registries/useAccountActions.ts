import { useToast } from '@nuxt/ui/composables/useToast'
import type { RegistryAccount } from '#api'
import { useConfirm } from '../../composables/useConfirm.ts'
import { useFailures } from '../../composables/useFailures.ts'
import { toRegistryTitle } from '../../registry/registry-title.ts'
import { useRegistriesStore } from '../../stores/registries.ts'
import { useWords } from '../../text/words.ts'

/** What a user does with a login; what goes wrong is shown. */
export function useAccountActions() {
  const store = useRegistriesStore()
  const toast = useToast()
  const confirm = useConfirm()
  const { attempt } = useFailures()
  const { t } = useWords()

  return {
    test: (registry: string) => attempt(() => store.test(registry), t('ui.failure.loginTest')),
    /** Says what goes, since it cannot be had back. */
    async logOut({ registry, username, inDocker }: RegistryAccount): Promise<void> {
      const title = toRegistryTitle(registry)
      const body = t('ui.registries.logOutBody', { username })
      const consent = await confirm({
        title: t('ui.registries.logOutAsk', { registry: title }),
        body: inDocker ? `${body} ${t('ui.registries.logOutDocker')}` : body,
        confirm: t('ui.registries.logOut'),
      })
      if (!consent) return
      if (!(await attempt(() => store.logOut(registry), t('ui.failure.logOut')))) return
      toast.add({
        title: t('ui.registries.loggedOut', { registry: title }),
        icon: 'i-lucide-log-out',
      })
    },
  }
}
