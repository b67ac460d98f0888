import { defineStore } from 'pinia'
import { useConnection } from '../api/index.ts'
import { useMirror } from '../composables/useMirror.ts'
import { useMachineStore } from './machine.ts'

/** The engine's volumes, live. */
export const useVolumesStore = defineStore('volumes', () => {
  const { api } = useConnection()
  const machine = useMachineStore()
  const { value: volumes, failure } = useMirror(
    () => api.volumes.watch(),
    () => machine.isServing,
  )
  return { volumes, failure }
})
