import { useInterval } from '@vueuse/core'
import { computed } from 'vue'
import type { Container, ContainerDetails } from '#api'
import type { Tone } from '../../components/AppStateDot.vue'
import { isUp as isUpState } from '../../container/container-state.ts'
import { formatAge } from '../../text/formats.ts'
import { useContainersStore } from '../../stores/containers.ts'
import { useWords } from '../../text/words.ts'

type Known = ContainerDetails | Container

/** The state of a container in a word or two: what is being done to it, how it is, and for how long. */
export function useContainerState(known: () => Known | undefined, gone: () => boolean) {
  const { t, locale } = useWords()
  const store = useContainersStore()
  const ticks = useInterval(1000)

  const busy = computed(() => store.busy.get(known()?.id ?? ''))
  const isUp = computed(() => isUpState(known()?.state ?? 'exited'))
  const tone = computed<Tone>(() => {
    const container = known()
    if (!container || gone()) return 'neutral'
    return busy.value ? 'primary' : toTone(container)
  })
  const age = (since: number) => (ticks.value, formatAge(Date.now() - since, locale.value))
  const since = (container: Known) => {
    // The engine tells of a restart loop's first start, which is not how long it has been up.
    if (container.state === 'restarting') return ''
    if (!('startedAt' in container || 'finishedAt' in container)) return ''
    const { startedAt, finishedAt } = container
    if (isUp.value && startedAt !== undefined) return t('ui.container.up', { age: age(startedAt) })
    return finishedAt === undefined ? '' : t('ui.container.ended', { age: age(finishedAt) })
  }
  const word = computed(() => {
    const container = known()
    if (!container) return ''
    if (gone()) return t('ui.container.removed')
    if (busy.value) return t(`ui.containers.busy.${busy.value}`)
    const { state, exitCode } = container
    const main =
      state === 'exited' && exitCode !== undefined
        ? t('ui.containers.exited', { code: exitCode })
        : t(`ui.containers.states.${state}`)
    const health = toHealth(container)
    const words = [main, health && isUp.value ? t(`ui.container.health.${health}`) : '']
    return [...words, since(container)].filter((part) => part !== '').join(' · ')
  })
  const isPaused = computed(() => known()?.state === 'paused')
  return { tone, word, isUp, isPaused, busy }
}

function toHealth({ health }: Known) {
  return typeof health === 'object' ? health.status : health
}

/** Red is for what failed: an exit code, or a health check. */
function toTone(container: Known): Tone {
  switch (container.state) {
    case 'running':
      return toHealth(container) === 'unhealthy' ? 'error' : 'success'
    case 'paused':
    case 'restarting':
    case 'removing':
      return 'warning'
    case 'dead':
      return 'error'
    case 'created':
      return 'neutral'
    case 'exited':
      return (container.exitCode ?? 0) === 0 ? 'neutral' : 'error'
  }
}
