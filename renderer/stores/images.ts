import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { useConnection } from '../api/index.ts'
import { useMirror } from '../composables/useMirror.ts'
import { useMachineStore } from './machine.ts'

/** The engine's images, live. */
export const useImagesStore = defineStore('images', () => {
  const { api } = useConnection()
  const machine = useMachineStore()
  const { value: images, failure } = useMirror(
    () => api.images.watch(),
    () => machine.isServing,
  )
  const removing = shallowRef<ReadonlySet<string>>(new Set())

  const remove = async (id: string) => {
    removing.value = new Set(removing.value).add(id)
    try {
      await api.images.remove(id)
    } finally {
      const rest = new Set(removing.value)
      rest.delete(id)
      removing.value = rest
    }
  }
  return { images, failure, removing, remove }
})
