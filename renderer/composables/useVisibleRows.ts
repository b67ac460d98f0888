import { useElementSize, useScroll } from '@vueuse/core'
import { type ComputedRef, type Ref, computed } from 'vue'

export interface VisibleRows {
  /** Index of the first row to draw. */
  first: ComputedRef<number>
  /** Index after the last row to draw. */
  last: ComputedRef<number>
}

/** Rows drawn above and below what is in sight, so that a quick scroll does not show a gap. */
const spare = 12

/** Which of `count` rows of one height are in sight of a scrolling box: drawing only those makes length free. */
export function useVisibleRows(
  box: Ref<HTMLElement | null>,
  count: () => number,
  rowHeight: number,
): VisibleRows {
  const { y } = useScroll(box)
  const { height } = useElementSize(box)
  const last = computed(() =>
    Math.min(count(), Math.ceil((y.value + height.value) / rowHeight) + spare),
  )
  const first = computed(() =>
    // A list that has become shorter leaves the box where it was until it is drawn anew.
    Math.max(0, Math.min(Math.floor(y.value / rowHeight) - spare, last.value - spare)),
  )
  return { first, last }
}
