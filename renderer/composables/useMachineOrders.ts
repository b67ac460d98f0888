import { useMachineStore } from '../stores/machine.ts'
import { useWords } from '../text/words.ts'
import { useConfirm } from './useConfirm.ts'
import { useFailures } from './useFailures.ts'

/** Starting, stopping and restarting the machine as its user orders it: asks where containers would end, shows failures. */
export function useMachineOrders() {
  const machine = useMachineStore()
  const confirm = useConfirm()
  const { attempt, show } = useFailures()
  const { t } = useWords()

  const start = async (): Promise<void> => {
    try {
      await machine.start()
    } catch (error) {
      // A start that failed is told by the machine's own page.
      if (machine.status?.state !== 'failed') show(error, t('ui.failure.machine.start'))
    }
  }
  const stop = async (): Promise<void> => {
    const consent = await confirm({
      title: t('ui.machine.stopAsk'),
      body: t('ui.machine.stopBody'),
      confirm: t('ui.machine.stop'),
    })
    if (consent) await attempt(() => machine.stop(), t('ui.failure.machine.stop'))
  }
  const restart = async (): Promise<void> => {
    const consent = await confirm({
      title: t('ui.machine.restartAsk'),
      body: t('ui.machine.restartBody'),
      confirm: t('ui.machine.restart'),
    })
    if (consent) await attempt(() => machine.restart(), t('ui.failure.machine.restart'))
  }
  return { start, stop, restart }
}
