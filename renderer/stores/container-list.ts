import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'

/** Which containers are listed, quickly said. */
export type ContainerScope = 'all' | 'running' | 'stopped'

/** Where the user is in the list of containers: so that coming back to it is coming back to the same place. */
export const useContainerListStore = defineStore('container-list', () => {
  /** What is typed in the filter box. */
  const text = ref('')
  /** Terms of the filter that are settled, as they were typed. */
  const chips = shallowRef<readonly string[]>([])
  const scope = ref<ContainerScope>('all')
  /** The row that keys are about. */
  const active = shallowRef<string>()
  const scrollTop = ref(0)
  return { text, chips, scope, active, scrollTop }
})
