import type { ReclaimItem } from '#api'
import { useConfirm } from '../../composables/useConfirm.ts'
import { formatSize } from '../../text/formats.ts'
import { useWords } from '../../text/words.ts'
import { isTicked, type Ticks, tickedBytes, tickedCount } from './ticks.ts'

const namedMost = 5

/** Asks once more where volumes are to go: they are data. Resolves with whether all is well. */
export function useVolumeQuestion() {
  const confirm = useConfirm()
  const { t, locale } = useWords()

  return async (items: readonly ReclaimItem[], ticks: Ticks): Promise<boolean> => {
    const volumes = items.filter(
      ({ kind }) => (kind === 'volumes' || kind === 'anonymous-volumes') && ticks.has(kind),
    )
    if (volumes.length === 0) return true
    const names = volumes.flatMap((item) =>
      item.things.filter(({ id }) => isTicked(item, id, ticks)).map(({ name }) => toShort(name)),
    )
    const sum = (of: (item: ReclaimItem, ticks: Ticks) => number) =>
      volumes.reduce((total, item) => total + of(item, ticks), 0)
    const named = names.slice(0, namedMost)
    const more = sum(tickedCount) - named.length
    const consent = await confirm({
      title: t('ui.reclaim.askTitle'),
      body: t('ui.reclaim.ask', {
        size: formatSize(sum(tickedBytes), locale.value),
        names: [...named, ...(more > 0 ? [t('ui.reclaim.more', { count: more })] : [])].join(', '),
      }),
      confirm: t('ui.reclaim.askConfirm'),
    })
    return consent !== undefined
  }
}

/** The name of a volume that has none is a hash. */
function toShort(name: string): string {
  return /^[0-9a-f]{64}$/.test(name) ? name.slice(0, 12) : name
}
