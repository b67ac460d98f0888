import { type ComputedRef, computed } from 'vue'
import { useSettingsStore } from '../stores/settings.ts'

export interface Density {
  isCompact: ComputedRef<boolean>
  /** Pixels of a row in every long list. */
  rowHeight: ComputedRef<number>
}

/** How close the rows of lists stand, as the user set it. */
export function useDensity(): Density {
  const settings = useSettingsStore()
  const isCompact = computed(() => settings.snapshot?.settings.density === 'compact')
  const rowHeight = computed(() => (isCompact.value ? 32 : 42))
  return { isCompact, rowHeight }
}
