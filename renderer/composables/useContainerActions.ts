import type { Container } from '#api'
import { isContainerName } from '../container/container-name.ts'
import { isUp } from '../container/container-state.ts'
import { useContainersStore } from '../stores/containers.ts'
import { useWords } from '../text/words.ts'
import { useRemovalQuestion } from './useRemovalQuestion.ts'
import { useFailures } from './useFailures.ts'
import { useNameQuestion } from './useNameQuestion.ts'
import { useSignalQuestion } from './useSignalQuestion.ts'

type Target = Pick<Container, 'id' | 'name' | 'state'>

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
      const consent = await ask.removal([{ name, state }])
      if (!consent) return false
      return attempt(() => store.remove(id, { force, volumes: consent.option }))
    },
  }
}

function useQuestions() {
  const { t } = useWords()
  const store = useContainersStore()
  const askSignal = useSignalQuestion()
  const askName = useNameQuestion()

  return {
    signal: (name: string) => askSignal(t('ui.containerActions.killAsk', { name })),
    name: ({ id, name }: Target) =>
      askName({
        name,
        title: t('ui.containerActions.renameTitle', { name }),
        label: t('ui.containerActions.newName'),
        submit: t('ui.containerActions.rename'),
        check: (text) => (isContainerName(text) ? '' : t('ui.containerActions.nameWrong')),
        save: (text) => store.rename(id, text),
      }),
    removal: useRemovalQuestion(),
  }
}
