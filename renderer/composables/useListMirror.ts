import { type ShallowRef, onScopeDispose, shallowRef, triggerRef } from 'vue'
import { type AppError, applyNews, type ListNews } from '#api'
import { createFrame } from '../browser/frame.ts'
import { useReader } from './useReader.ts'

export interface ListMirror<T> {
  /** In the order in which they came, if that means anything; undefined until the first news, and while `when` says no. */
  list: Readonly<ShallowRef<readonly T[] | undefined>>
  /** The same map all the time, whose readers are told whenever `list` changes: it is not to be handed on as a prop. */
  byId: Readonly<ShallowRef<ReadonlyMap<string, T>>>
  /** Why the stream ended last. It is read anew by itself. */
  failure: Readonly<ShallowRef<AppError | undefined>>
}

/**
 * Keeps a long list by its news. Whoever reads the list is told at most once a frame, however hard it storms, and
 * what has not changed stays the same object, so that its row is not drawn again.
 */
export function useListMirror<T extends { id: string }>(
  open: () => AsyncIterable<ListNews<T>>,
  when?: () => boolean,
): ListMirror<T> {
  const list = shallowRef<readonly T[]>()
  const current = new Map<string, T>()
  const byId = shallowRef<ReadonlyMap<string, T>>(current)

  const frame = createFrame(() => {
    list.value = [...current.values()]
    triggerRef(byId)
  })
  const failure = useReader<ListNews<T>>({
    open,
    take(news) {
      applyNews(current, news)
      if (list.value) frame.ask()
      else frame.now()
    },
    forget() {
      frame.cancel()
      current.clear()
      list.value = undefined
      triggerRef(byId)
    },
    ...(when && { when }),
  })
  onScopeDispose(frame.cancel)
  return { list, byId, failure }
}
