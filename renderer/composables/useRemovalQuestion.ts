import type { Container } from '#api'
import { isUp } from '../container/container-state.ts'
import { useWords } from '../text/words.ts'
import { useConfirm } from './useConfirm.ts'

type Target = Pick<Container, 'name' | 'state'>

/** Asks whether containers shall go, one by its name or many by their number, and whether their volumes go with them. */
export function useRemovalQuestion() {
  const { t } = useWords()
  const confirm = useConfirm()

  const askOne = ({ name, state }: Target) =>
    confirm({
      title: t('ui.containers.removeAsk', { name }),
      body: t(isUp(state) ? 'ui.containers.removeBodyUp' : 'ui.containers.removeBody', { name }),
      confirm: t('ui.action.remove'),
      option: t('ui.containers.removeVolumes'),
    })
  return (targets: readonly Target[]) => {
    const [first] = targets
    if (first && targets.length === 1) return askOne(first)
    const up = targets.filter(({ state }) => isUp(state)).length
    const params = { count: targets.length, up }
    return confirm({
      title: t('ui.containerBulk.removeAsk', params),
      body: t(up > 0 ? 'ui.containerBulk.removeBodyUp' : 'ui.containerBulk.removeBody', params),
      confirm: t('ui.containerBulk.removeConfirm', params),
      option: t('ui.containerBulk.removeVolumes'),
    })
  }
}
