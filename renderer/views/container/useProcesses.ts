import { useDocumentVisibility } from '@vueuse/core'
import { onScopeDispose, shallowRef, watch } from 'vue'
import { AppError, type ProcessTable } from '#api'
import { useConnection } from '../../api/index.ts'

const pauseMs = 2000

/** What runs in a container, asked again every two seconds while the page can be seen. */
export function useProcesses(id: () => string, isRunning: () => boolean) {
  const { api } = useConnection()
  const visibility = useDocumentVisibility()
  const table = shallowRef<ProcessTable>()
  const failure = shallowRef<AppError>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let round = 0

  const ask = async (mine: number) => {
    try {
      const next = await api.containers.processes(id())
      if (mine !== round) return
      table.value = next
      failure.value = undefined
    } catch (error) {
      if (mine !== round) return
      if (error instanceof AppError && error.code !== 'disconnected') failure.value = error
    }
    timer = setTimeout(() => void ask(mine), pauseMs)
  }
  const stop = () => {
    clearTimeout(timer)
    round += 1
  }
  watch(
    () => isRunning() && visibility.value === 'visible',
    (wanted) => {
      stop()
      if (wanted) void ask(round)
    },
    { immediate: true },
  )
  onScopeDispose(stop)
  return { table, failure }
}
