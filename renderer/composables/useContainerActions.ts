import { useOverlay } from '@nuxt/ui/composables/useOverlay'
import { defineAsyncComponent } from 'vue'
import { AppError, type Container } from '#api'
import { isContainerName } from '../container/container-name.ts'
import { isUp } from '../container/container-state.ts'
import { useContainersStore } from '../stores/containers.ts'
import { useWords } from '../text/words.ts'
import { useConfirm } from './useConfirm.ts'
import { useFailures } from './useFailures.ts'
import { useSignalQuestion } from './useSignalQuestion.ts'

type Target = Pick<Container, 'id' | 'name' | 'state'>

const AppRename = defineAsyncComponent(() => import('../components/AppRename.vue'))

/** What can be done to one container from anywhere: asks where something would be lost, shows what goes wrong. */
export function useContainerActions() {
  const store = useContainersStore()
  const { attempt } = useFailures()
  const ask = useQuestions()

  return {
    start: ({ id }: Target) => attempt(() => store.start(id)),
    stop: ({ id }: Target) => attempt(() => store.stop(id)),
    restart: ({ id }: Target) => attempt(() => store.restart(id)),
    pause: ({ id }: Target) => attempt(() => store.pause(id)),
    unpause: ({ id }: Target) => attempt(() => store.unpause(id)),
    /** Asks which signal. */
    async kill({ id, name }: Target) {
      const signal = await ask.signal(name)
      if (signal !== undefined) await attempt(() => store.kill(id, signal))
    },
    rename: (container: Target) => ask.name(container),
    /** Asks first; resolves to whether it is gone. */
    async remove({ id, name, state }: Target): Promise<boolean> {
      const force = isUp(state)
      const consent = await ask.removal(name, force)
      if (!consent) return false
      return attempt(() => store.remove(id, { force, volumes: consent.option }))
    },
  }
}

function useQuestions() {
  const { t, wordError } = useWords()
  const store = useContainersStore()
  const confirm = useConfirm()
  const { show } = useFailures()
  const askSignal = useSignalQuestion()
  const overlay = useOverlay()

  const save = async (id: string, name: string) => {
    try {
      await store.rename(id, name)
      return ''
    } catch (error) {
      if (error instanceof AppError) return wordError(error)
      show(error)
      return ''
    }
  }
  return {
    signal: (name: string) => askSignal(t('ui.containerActions.killAsk', { name })),
    name: async ({ id, name }: Target) => {
      // Made for each question: what is destroyed with its closing cannot be opened again.
      const dialog = overlay.create(AppRename, { destroyOnClose: true })
      await dialog.open({
        name,
        title: t('ui.containerActions.renameTitle', { name }),
        check: (text) => (isContainerName(text) ? '' : t('ui.containerActions.nameWrong')),
        save: (text) => save(id, text),
      }).result
    },
    removal: (name: string, isRunning: boolean) =>
      confirm({
        title: t('ui.containers.removeAsk', { name }),
        body: t(isRunning ? 'ui.containers.removeBodyUp' : 'ui.containers.removeBody', { name }),
        confirm: t('ui.action.remove'),
        option: t('ui.containers.removeVolumes'),
      }),
  }
}
