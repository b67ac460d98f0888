import { onScopeDispose, shallowRef, watch } from 'vue'
import { AppError, type ContainerDetails } from '#api'
import { useConnection } from '../../api/index.ts'
import { type Reading, read } from '../../api/reading.ts'

/** What is known of the container that a page is about. Once gone, what it was last stays in `details`. */
export type ContainerPhase = 'loading' | 'live' | 'gone' | 'missing' | 'failed'

const retryMs = 1500

/** A container in full for as long as the scope lives: read anew on every new link and after a failure. */
export function useContainerDetails(id: () => string) {
  const { api, session } = useConnection()
  const details = shallowRef<ContainerDetails>()
  const phase = shallowRef<ContainerPhase>('loading')
  const failure = shallowRef<AppError>()
  let reading: Reading | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const stop = () => {
    clearTimeout(timer)
    reading?.stop()
    reading = undefined
  }
  const end = (error?: unknown) => {
    const code = error instanceof AppError ? error.code : undefined
    // The page says already that the link is lost; a new one reads anew.
    if (code === 'disconnected') return
    if (error === undefined || code === 'container-missing')
      phase.value = details.value ? 'gone' : 'missing'
    else {
      failure.value = error instanceof AppError ? error : new AppError('internal', { log: '' })
      if (!details.value) phase.value = 'failed'
      timer = setTimeout(start, retryMs)
    }
  }
  const start = () => {
    stop()
    const mine = read(api.containers.details(id()), (next) => {
      details.value = next
      phase.value = 'live'
      failure.value = undefined
    })
    reading = mine
    const endMine = (error?: unknown) => {
      if (reading === mine) end(error)
    }
    mine.done.then(() => endMine(), endMine)
  }
  watch(id, () => {
    details.value = undefined
    phase.value = 'loading'
  })
  watch([session, id], start, { immediate: true })
  onScopeDispose(stop)
  return { details, phase, failure }
}
