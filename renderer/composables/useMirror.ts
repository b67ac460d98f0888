import { type ShallowRef, shallowRef } from 'vue'
import type { AppError } from '#api'
import { useReader } from './useReader.ts'

export interface Mirror<T> {
  /** The stream's last item; undefined until the first one, and while `when` says no. */
  value: Readonly<ShallowRef<T | undefined>>
  /** Why the stream ended last. It is read anew by itself. */
  failure: Readonly<ShallowRef<AppError | undefined>>
}

/** Keeps the last item of a stream of whole things. A lost link leaves the last item in place. */
export function useMirror<T>(open: () => AsyncIterable<T>, when?: () => boolean): Mirror<T> {
  const value = shallowRef<T>()
  const failure = useReader<T>({
    open,
    take: (item) => {
      value.value = item
    },
    forget: () => {
      value.value = undefined
    },
    ...(when && { when }),
  })
  return { value, failure }
}
