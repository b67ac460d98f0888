import { type ShallowRef, onScopeDispose, shallowRef } from 'vue'
import type { AppError, ListNews } from '#api'
import { createFrame } from '../browser/frame.ts'
import { useReader } from './useReader.ts'

export interface ListMirror<T> {
  /** In no order that means anything; undefined until the first news, and while `when` says no. */
  list: Readonly<ShallowRef<readonly T[] | undefined>>
  /** Changes whenever `list` does. */
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
  const byId = shallowRef<ReadonlyMap<string, T>>(new Map())
  let current = new Map<string, T>()

  const frame = createFrame(() => {
    list.value = [...current.values()]
    // A new wrapper over the same entries would be no news to Vue.
    byId.value = new Map(current)
  })
  const failure = useReader<ListNews<T>>({
    open,
    take(news) {
      if ('all' in news) current = new Map(news.all.map((item) => [item.id, item]))
      else {
        for (const item of news.changed) current.set(item.id, item)
        for (const id of news.gone) current.delete(id)
      }
      if (list.value) frame.ask()
      else frame.now()
    },
    forget() {
      frame.cancel()
      current = new Map()
      list.value = undefined
      byId.value = current
    },
    ...(when && { when }),
  })
  onScopeDispose(frame.cancel)
  return { list, byId, failure }
}
