import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { useConnection } from '../api/index.ts'
import { useMirror } from '../composables/useMirror.ts'

/** The machine's whole status, and its power. */
export const useMachineStore = defineStore('machine', () => {
  const { api } = useConnection()
  const { value: status } = useMirror(() => api.machine.watch())
  const isServing = computed(
    () => status.value?.state === 'running' || status.value?.state === 'degraded',
  )
  /** An order that has been given and not yet been answered. */
  const pending = shallowRef<'start' | 'stop' | 'restart'>()

  const order = async <T>(verb: 'start' | 'stop' | 'restart', act: () => Promise<T>) => {
    pending.value = verb
    try {
      return await act()
    } finally {
      pending.value = undefined
    }
  }
  return {
    status,
    isServing,
    pending,
    start: () => order('start', () => api.machine.start()),
    stop: () => order('stop', () => api.machine.stop()),
    restart: () => order('restart', () => api.machine.restart()),
  }
})
