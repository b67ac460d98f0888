import { onScopeDispose, shallowRef, watch } from 'vue'
import type { StatsSample } from '#api'
import { useConnection } from '../../api/index.ts'
import { type Reading, read } from '../../api/reading.ts'
import { withSamples } from '../../chart/chart-data.ts'

const retryMs = 2000

/** What a container used in the last hour, as far as it is known, and goes on using while the scope lives. */
export function useContainerStats(id: () => string, isRunning: () => boolean) {
  const { api, session } = useConnection()
  const samples = shallowRef<readonly StatsSample[]>([])
  /** Whether the first answer has come: before it, no samples means nothing. */
  const loaded = shallowRef(false)
  let reading: Reading | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const stop = () => {
    clearTimeout(timer)
    reading?.stop()
    reading = undefined
  }
  const start = () => {
    stop()
    const mine = read(api.containers.statsHistory(id()), (batch) => {
      samples.value = withSamples(samples.value, batch)
      loaded.value = true
    })
    reading = mine
    const again = () => {
      if (reading !== mine) return
      loaded.value = true
      if (isRunning()) timer = setTimeout(start, retryMs)
    }
    mine.done.then(again, again)
  }
  watch([session, isRunning], start, { immediate: true })
  onScopeDispose(stop)
  return { samples, loaded }
}
