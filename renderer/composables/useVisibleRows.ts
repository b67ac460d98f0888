import { useElementSize, useScroll } from '@vueuse/core'
import { type ComputedRef, type MaybeRefOrGetter, type Ref, computed, toValue } from 'vue'

export interface VisibleRows {
  /** Index of the first row to draw. */
  first: ComputedRef<number>
  /** Index after the last row to draw. */
  last: ComputedRef<number>
  /** How many whole rows fit in sight. */
  page: ComputedRef<number>
}

/** Rows drawn above and below what is in sight, so that a quick scroll does not show a gap. */
const spare = 8

/** Which of `count` rows of one height are in sight of a scrolling box: drawing only those makes length free. */
export function useVisibleRows(
  box: Ref<HTMLElement | null>,
  count: () => number,
  rowHeight: MaybeRefOrGetter<number>,
): VisibleRows {
  const { y } = useScroll(box)
  const { height } = useElementSize(box)
  const page = computed(() => Math.max(1, Math.floor(height.value / toValue(rowHeight)) - 1))
  const last = computed(() =>
    Math.min(count(), Math.ceil((y.value + height.value) / toValue(rowHeight)) + spare),
  )
  const first = computed(() => {
    // A list that has become shorter leaves the box where it was until it is drawn anew.
    const wanted = Math.min(Math.floor(y.value / toValue(rowHeight)) - spare, last.value - spare)
    // An even number, so that which rows have which stripe or key does not change at every pixel.
    return Math.max(0, wanted - (wanted % 2))
  })
  return { first, last, page }
}

/** What `AppRows` lets its page do: a generic component's own type cannot be named there. */
export interface RowsHandle {
  focus: () => void
  reveal: (index: number) => void
  /** How many whole rows fit in sight. */
  page: number
  /** Pixels of a row, without the scroll bar. */
  width: number
  scrollTop: () => number
  scrollTo: (top: number) => void
}
