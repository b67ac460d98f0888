import { defineStore } from 'pinia'
import { computed } from 'vue'
import {
  comparePorts,
  type ErrorShape,
  type ForwardRequest,
  type HostPort,
  type PortReach,
} from '#api'
import { useConnection } from '../api/index.ts'
import { useListMirror } from '../composables/useListMirror.ts'
import { useMachineStore } from './machine.ts'

const none: readonly HostPort[] = []

/** What this computer listens on for containers, live, and what can be done about it. */
export const usePortsStore = defineStore('ports', () => {
  const { api } = useConnection()
  const machine = useMachineStore()
  const { list, failure } = useListMirror(
    () => api.ports.watch(),
    () => machine.isServing,
  )
  /** By number. */
  const ports = computed(() => list.value?.toSorted(comparePorts))
  const byContainer = computed(() =>
    Map.groupBy(ports.value ?? none, ({ containerId }) => containerId),
  )
  /** Those that are not to be reached, by container and by the port as `8080/tcp`. */
  const troubles = computed(() => {
    const found = new Map<string, Map<string, ErrorShape>>()
    for (const { containerId, port, protocol, error } of list.value ?? none) {
      if (!error) continue
      const own = found.get(containerId) ?? new Map<string, ErrorShape>()
      found.set(containerId, own.set(`${port}/${protocol}`, error))
    }
    return found
  })
  return {
    ports,
    failure,
    byContainer,
    troubles,
    retry: () => api.ports.retry(),
    forward: (request: ForwardRequest) => api.ports.forward(request),
    unforward: (id: string) => api.ports.unforward(id),
    share: (id: string, reach: PortReach) => api.ports.share(id, reach),
  }
})
