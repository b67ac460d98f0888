import { type ShallowRef, onScopeDispose, shallowRef, watch } from 'vue'
import { AppError } from '#api'
import { useConnection } from '../api/index.ts'
import { type Reading, read } from '../api/reading.ts'

export interface Mirror<T> {
  /** The stream's last item; undefined until the first one, and while `when` says no. */
  value: Readonly<ShallowRef<T | undefined>>
  /** Why the stream ended last. It is read anew by itself. */
  failure: Readonly<ShallowRef<AppError | undefined>>
}

const firstPauseMs = 500
const longestPauseMs = 8000

/**
 * Keeps the last item of a stream of whole things. The stream is opened anew on every new link, after a failure
 * (with growing pauses), and whenever `when` becomes true. A lost link leaves the last item in place.
 */
export function useMirror<T>(
  open: () => AsyncIterable<T>,
  when: () => boolean = () => true,
): Mirror<T> {
  const { session } = useConnection()
  const value = shallowRef<T>()
  const failure = shallowRef<AppError>()
  let reading: Reading | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let pauseMs = firstPauseMs

  const stop = () => {
    clearTimeout(timer)
    reading?.stop()
    reading = undefined
  }
  const start = () => {
    stop()
    const mine = read(open(), (item) => {
      value.value = item
      failure.value = undefined
      pauseMs = firstPauseMs
    })
    reading = mine
    const again = (error?: unknown) => {
      if (reading !== mine) return
      const known = error instanceof AppError ? error : undefined
      // A new link starts the stream anew; until then there is nothing to try.
      if (known?.code === 'disconnected') return
      failure.value = known
      timer = setTimeout(start, pauseMs)
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    }
    mine.done.then(() => again(), again)
  }

  watch(
    [session, when],
    ([, wanted]) => {
      pauseMs = firstPauseMs
      if (wanted) start()
      else {
        stop()
        value.value = undefined
      }
    },
    { immediate: true },
  )
  onScopeDispose(stop)
  return { value, failure }
}
