import { createSharedComposable, useInterval } from '@vueuse/core'
import { type ComputedRef, computed } from 'vue'

const tickMs = 30_000

/** Milliseconds since the epoch, for ages to the minute: one clock for the whole window. */
export const useClock = createSharedComposable((): ComputedRef<number> => {
  const ticks = useInterval(tickMs)
  return computed(() => (ticks.value, Date.now()))
})
