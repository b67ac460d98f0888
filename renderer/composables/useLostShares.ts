import { useEventListener } from '@vueuse/core'
import { shallowRef, watch } from 'vue'
import { AppError } from '#api'
import { useConnection } from '../api/index.ts'

export type ShareLoss = 'gone' | 'unreadable'

/** Which of the shared folders cannot be used now: looked at when the list changes and when the window is come back to. */
export function useLostShares(paths: () => readonly string[]) {
  const { api } = useConnection()
  const lost = shallowRef<ReadonlyMap<string, ShareLoss>>(new Map())
  let last = 0

  const look = async (path: string): Promise<[string, ShareLoss][]> => {
    try {
      await api.folders.list(path)
    } catch (error) {
      const code = error instanceof AppError ? error.code : undefined
      if (code === 'folder-missing') return [[path, 'gone']]
      if (code === 'folder-unreadable') return [[path, 'unreadable']]
    }
    return []
  }
  const lookAll = async () => {
    last += 1
    const mine = last
    const found = await Promise.all(paths().map(look))
    if (mine === last) lost.value = new Map(found.flat())
  }
  watch(() => paths().join('\n'), lookAll, { immediate: true })
  useEventListener(window, 'focus', () => void lookAll())
  return lost
}
