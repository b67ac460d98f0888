import type { Container } from '#api'
import { parseExitCode } from '../container/container-state.ts'
import type { ContainerVerb } from '../stores/containers.ts'
import { useWords } from '../text/words.ts'

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
