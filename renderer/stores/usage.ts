import { useDocumentVisibility } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { MachineUsage } from '#api'
import { useConnection } from '../api/index.ts'
import { useMirror } from '../composables/useMirror.ts'
import { useMachineStore } from './machine.ts'

const keptSamples = 120

/** What the machine uses, with the last few minutes of it. It is read only while somebody can see it. */
export const useUsageStore = defineStore('usage', () => {
  const { api } = useConnection()
  const machine = useMachineStore()
  const visibility = useDocumentVisibility()
  const { value: newest } = useMirror(
    () => api.machine.usage(),
    () => machine.isServing && visibility.value === 'visible',
  )
  /** Oldest first. A window that was hidden leaves a gap. */
  const history = shallowRef<readonly MachineUsage[]>([])

  watch(newest, (sample) => {
    if (sample) history.value = [...history.value.slice(1 - keptSamples), sample]
  })
  watch(
    () => machine.isServing,
    (serves) => {
      if (!serves) history.value = []
    },
  )
  /** The last that was told, also while the window comes back into sight. */
  const current = computed(() => newest.value ?? history.value.at(-1))
  return { current, history }
})
