import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { RunSpec } from '#api'
import { useConnection } from '../api/index.ts'
import { useListMirror } from '../composables/useListMirror.ts'
import { useMachineStore } from './machine.ts'

export type ContainerVerb =
  'start' | 'stop' | 'restart' | 'pause' | 'unpause' | 'kill' | 'rename' | 'remove'

export interface RemoveOptions {
  /** Ends a running container first. */
  force: boolean
  /** Removes its anonymous volumes too. */
  volumes: boolean
}

/** The engine's containers, live, and what can be done to them. */
export const useContainersStore = defineStore('containers', () => {
  const { api } = useConnection()
  const machine = useMachineStore()
  const {
    list: containers,
    byId,
    failure,
  } = useListMirror(
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
    byId,
    failure,
    busy,
    start: (id: string) => act(id, 'start', () => api.containers.start(id)),
    stop: (id: string) => act(id, 'stop', () => api.containers.stop(id)),
    restart: (id: string) => act(id, 'restart', () => api.containers.restart(id)),
    pause: (id: string) => act(id, 'pause', () => api.containers.pause(id)),
    unpause: (id: string) => act(id, 'unpause', () => api.containers.unpause(id)),
    kill: (id: string, signal?: string) => act(id, 'kill', () => api.containers.kill(id, signal)),
    rename: (id: string, name: string) => act(id, 'rename', () => api.containers.rename(id, name)),
    remove: (id: string, options: RemoveOptions) =>
      act(id, 'remove', () => api.containers.remove(id, options)),
    run: (spec: RunSpec) => api.containers.run(spec),
  }
})
