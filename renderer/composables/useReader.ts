import { type ShallowRef, onScopeDispose, shallowRef, watch } from 'vue'
import { AppError } from '#api'
import { useConnection } from '../api/index.ts'
import { type Reading, read } from '../api/reading.ts'

export interface ReaderOptions<T> {
  open: () => AsyncIterable<T>
  take: (item: T) => void
  /** Called when `when` says no: what was read is of no more use. */
  forget: () => void
  /** False or undefined: not now. Another value than before opens the stream anew. */
  when?: () => unknown
}

const firstPauseMs = 500
const longestPauseMs = 8000

/**
 * Reads a stream for as long as the scope lives. It is opened anew on every new link, after a failure (with growing
 * pauses), and whenever `when` becomes true. What comes back is why it ended last; undefined while all is well.
 */
export function useReader<T>({
  open,
  take,
  forget,
  when = () => true,
}: ReaderOptions<T>): Readonly<ShallowRef<AppError | undefined>> {
  const { session } = useConnection()
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
      take(item)
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
      if (wanted !== false && wanted !== undefined) start()
      else {
        stop()
        forget()
      }
    },
    { immediate: true },
  )
  onScopeDispose(stop)
  return failure
}
