import type { Container } from '#api'
import { parseExitCode } from '../../container/container-state.ts'
import { formatAge } from '../../text/formats.ts'
import type { ContainerVerb } from '../../stores/containers.ts'
import { useWords } from '../../text/words.ts'

/** A container's state in a word or two: what is being done to it, its health where that tells more than "running". */
export function useStateWords() {
  const { t } = useWords()
  return ({ state, status, health, exitCode }: Container, busy?: ContainerVerb) => {
    if (busy) return t(`ui.containers.busy.${busy}`)
    if (state === 'running' && (health === 'unhealthy' || health === 'starting'))
      return t(`ui.containers.health.${health}`)
    const code = exitCode ?? parseExitCode(status)
    return state === 'exited' && code !== undefined
      ? t('ui.containers.exited', { code })
      : t(`ui.containers.states.${state}`)
  }
}

const minuteMs = 60_000

/** How old something is, to the minute: no second ticks in a list. */
export function useAgeWords() {
  const { t, locale } = useWords()
  return (ms: number) => (ms < minuteMs ? t('ui.containers.justNow') : formatAge(ms, locale.value))
}

export interface RowWords {
  toState: ReturnType<typeof useStateWords>
  toAge: ReturnType<typeof useAgeWords>
}
