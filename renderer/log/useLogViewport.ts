import { type Ref, computed, nextTick, shallowRef, watch } from 'vue'
import type { LogRows, RowPlace } from './log-rows.ts'
import { createScrollMap } from './scroll-map.ts'

export const rowHeight = 19
/** Above the first and below the last row. */
const margin = 8

interface LogBox {
  box: Readonly<Ref<HTMLElement | null>>
  /** Of the box, in pixels. */
  height: Readonly<Ref<number>>
  rows: () => LogRows
}

/**
 * Where a log stands. That is kept in rows and not left to the browser: it holds still while lines come and go above
 * it, and is as exact at the millionth row as at the first.
 */
function useLogPosition({ box, height, rows }: LogBox) {
  const following = shallowRef(true)
  /** Pixels of content above the upper edge. */
  const top = shallowRef(0)
  const map = computed(() => createScrollMap(rows().total * rowHeight + 2 * margin, height.value))
  let anchor: { place: RowPlace; rest: number } | undefined
  let expected = 0

  const keepAnchor = () => {
    const row = Math.max(0, Math.floor((top.value - margin) / rowHeight))
    const place = rows().at(row)
    anchor = place && { place, rest: top.value - row * rowHeight }
  }
  const scrollBox = () => {
    const element = box.value
    if (!element) return
    element.scrollTop = map.value.toScroll(top.value)
    expected = element.scrollTop
  }
  const moveTo = (next: number) => {
    top.value = Math.min(Math.max(0, next), map.value.most)
    following.value = top.value >= map.value.most - rowHeight
    keepAnchor()
    scrollBox()
  }
  const settle = async () => {
    if (following.value) top.value = map.value.most
    else if (anchor) {
      const next = rows().rowOf(anchor.place) * rowHeight + anchor.rest
      top.value = Math.min(Math.max(0, next), map.value.most)
    }
    // The element has to be as high as it will be before it can be scrolled there.
    await nextTick()
    scrollBox()
  }
  watch([rows, height], settle, { immediate: true })

  const onScroll = () => {
    const element = box.value
    if (!element || Math.abs(element.scrollTop - expected) < 1) return
    expected = element.scrollTop
    top.value = map.value.toContent(element.scrollTop)
    following.value = top.value >= map.value.most - rowHeight
    keepAnchor()
  }
  return { following, top, map, moveTo, onScroll }
}

/** Which rows of a log are in sight, and how it is moved. */
export function useLogViewport(log: LogBox) {
  const { height } = log
  const { following, top, map, moveTo, onScroll } = useLogPosition(log)
  const first = computed(() => Math.max(0, Math.floor((top.value - margin) / rowHeight)))
  return {
    following,
    spacer: computed(() => map.value.height),
    first,
    /** How many rows are in sight. */
    shown: computed(() => Math.ceil(height.value / rowHeight) + 1),
    /** How far the first of them is moved from the box's upper edge. */
    shift: computed(() => first.value * rowHeight + margin - top.value),
    moveBy: (pixels: number) => moveTo(top.value + pixels),
    toStart: () => moveTo(0),
    toEnd: () => moveTo(map.value.most),
    page: () => Math.max(rowHeight, height.value - 2 * rowHeight),
    /** Brings a row into sight, about the middle, unless it is in sight already. */
    reveal(row: number) {
      const at = row * rowHeight + margin
      const inSight = at >= top.value && at + rowHeight <= top.value + height.value
      if (!inSight) moveTo(at - height.value / 2)
      following.value = false
    },
    onScroll,
    onWheel(event: WheelEvent) {
      if (map.value.isExact || event.ctrlKey) return
      event.preventDefault()
      moveTo(top.value + (event.deltaMode === 1 ? event.deltaY * rowHeight : event.deltaY))
    },
  }
}
