import { computed, shallowRef } from 'vue'
import type { useContainerList } from './useContainerList.ts'

/** Ordered by what they use, all that run are measured, up to this many: else those out of sight could not come up. */
const mostOrdered = 200

/** The running containers of the rows in sight: of these alone is told what they use. */
export function useRowsInSight({ items, shown, sorting }: ReturnType<typeof useContainerList>) {
  const range = shallowRef<[number, number]>([0, 0])
  const ids = computed(() => {
    const seen = items.value
      .slice(...range.value)
      .flatMap((item) => (item.kind === 'container' ? [item.container] : []))
    const byUse = sorting.value.by === 'cpu' || sorting.value.by === 'memory'
    const wanted = byUse ? [...seen, ...shown.value.slice(0, mostOrdered)] : seen
    const running = wanted.filter(({ state }) => state === 'running').map(({ id }) => id)
    return [...new Set(running)]
  })
  return {
    ids,
    see(first: number, last: number) {
      range.value = [first, last]
    },
  }
}
