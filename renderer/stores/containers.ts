import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { RunSpec } from '#api'
import { useConnection } from '../api/index.ts'
import { useMirror } from '../composables/useMirror.ts'
import { useMachineStore } from './machine.ts'

export type ContainerVerb = 'start' | 'stop' | 'restart' | 'remove'

/** The engine's containers, live, and what can be done to them. */
export const useContainersStore = defineStore('containers', () => {
  const { api } = useConnection()
  const machine = useMachineStore()
  const { value: containers, failure } = useMirror(
    () => api.containers.watch(),
    () => machine.isServing,
  )
  /** Container id → what is being done to it. */
  const busy = shallowRef<ReadonlyMap<string, ContainerVerb>>(new Map())

  const act = async (id: string, verb: ContainerVerb, work: () => Promise<void>) => {
    busy.value = new Map(busy.value).set(id, verb)
    try {
      await work()
    } finally {
      const rest = new Map(busy.value)
      rest.delete(id)
      busy.value = rest
    }
  }
  return {
    containers,
    failure,
    busy,
    start: (id: string) => act(id, 'start', () => api.containers.start(id)),
    stop: (id: string) => act(id, 'stop', () => api.containers.stop(id)),
    restart: (id: string) => act(id, 'restart', () => api.containers.restart(id)),
    remove: (id: string, options: { force: boolean; volumes: boolean }) =>
      act(id, 'remove', () => api.containers.remove(id, options)),
    run: (spec: RunSpec) => api.containers.run(spec),
  }
})
