import { defineStore } from 'pinia'
import { useConnection } from '../api/index.ts'
import { useMirror } from '../composables/useMirror.ts'
import { useMachineStore } from './machine.ts'

/** The engine's networks, live. */
export const useNetworksStore = defineStore('networks', () => {
  const { api } = useConnection()
  const machine = useMachineStore()
  const { value: networks, failure } = useMirror(
    () => api.networks.watch(),
    () => machine.isServing,
  )
  return { networks, failure }
})
