import { computed, shallowRef } from 'vue'
import { AppError, type Container } from '#api'
import { type BulkProgress, runBulk } from '../list/bulk.ts'
import { useRemovalQuestion } from './useRemovalQuestion.ts'
import { useSignalQuestion } from './useSignalQuestion.ts'
import { isUp } from '../container/container-state.ts'
import { type BulkVerb, suits } from '../container/container-verbs.ts'
import { useContainersStore } from '../stores/containers.ts'
import { useWords } from '../text/words.ts'
import { useBulkResult } from './useBulkResult.ts'

export interface BulkRun {
  verb: BulkVerb
  progress: BulkProgress
  /** Leaves out what has not begun. */
  cancel: () => void
  isCancelled: boolean
}

/** Verbs for many containers at once: asks where something is lost, shows how far it is, tells once what came of it. */
export function useContainerBulk() {
  const run = shallowRef<BulkRun>()
  const toWork = useBulkWork()
  const { tell, lastWords } = useBulkResult()

  /** Those of `containers` that the verb suits; resolves to whether anything was done. */
  const bulk = async (verb: BulkVerb, containers: readonly Container[]): Promise<boolean> => {
    const targets = containers.filter((container) => suits(verb, container))
    if (run.value || targets.length === 0) return false
    const work = await toWork(verb, targets)
    if (!work) return false
    const rest = new AbortController()
    const cancel = () => rest.abort()
    const result = await runBulk(
      targets.map(({ id }) => id),
      work,
      {
        signal: rest.signal,
        onProgress: (progress) =>
          (run.value = { verb, progress, cancel, isCancelled: rest.signal.aborted }),
      },
    )
    run.value = undefined
    const names = new Map(targets.map(({ id, name }) => [id, name]))
    tell(verb, result, (id) => names.get(id) ?? id)
    return true
  }
  return { run, bulk, lastWords, isRunning: computed(() => run.value !== undefined) }
}

function useBulkWork() {
  const store = useContainersStore()
  const askRemoval = useRemovalQuestion()
  const askSignal = useSignalQuestion()
  const { t } = useWords()

  return async (verb: BulkVerb, targets: readonly Container[]) => {
    if (verb === 'remove') {
      const consent = await askRemoval(targets)
      const up = new Set(targets.filter(({ state }) => isUp(state)).map(({ id }) => id))
      const work = (id: string) =>
        store.remove(id, { force: up.has(id), volumes: consent?.option === true }).catch(ignoreGone)
      return consent && work
    }
    if (verb === 'kill') {
      const signal = await askSignal(t('ui.containerBulk.killAsk', { count: targets.length }))
      return signal === undefined ? undefined : (id: string) => store.kill(id, signal)
    }
    return (id: string) => store[verb](id)
  }
}

/** What has removed itself meanwhile (`--rm`) is as gone as was wanted. */
function ignoreGone(error: unknown) {
  if (!(error instanceof AppError && error.code === 'container-missing')) throw error
}
