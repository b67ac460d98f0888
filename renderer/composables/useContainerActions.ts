import type { Container } from '#api'
import { isContainerName } from '../container/container-name.ts'
import { isUp } from '../container/container-state.ts'
import type { BulkVerb } from '../container/container-verbs.ts'
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
  const { t } = useWords()
  const ask = useQuestions()
  const act = (verb: BulkVerb, { name }: Target, work: () => Promise<void>) =>
    attempt(work, t(`ui.failure.could.${verb}`, { name }))

  return {
    start: (target: Target) => act('start', target, () => store.start(target.id)),
    stop: (target: Target) => act('stop', target, () => store.stop(target.id)),
    restart: (target: Target) => act('restart', target, () => store.restart(target.id)),
    pause: (target: Target) => act('pause', target, () => store.pause(target.id)),
    unpause: (target: Target) => act('unpause', target, () => store.unpause(target.id)),
    /** Asks which signal. */
    async kill(target: Target) {
      const signal = await ask.signal(target.name)
      if (signal !== undefined) await act('kill', target, () => store.kill(target.id, signal))
    },
    rename: (container: Target) => ask.name(container),
    /** Asks first; resolves to whether it is gone. */
    async remove(target: Target): Promise<boolean> {
      const force = isUp(target.state)
      const consent = await ask.removal([target])
      if (!consent) return false
      const options = { force, volumes: consent.option }
      return act('remove', target, () => store.remove(target.id, options))
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
