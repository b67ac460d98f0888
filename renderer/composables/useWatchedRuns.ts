import { createEventHook } from '@vueuse/core'
import { watch } from 'vue'
import { AppError, isUnderWay, type ListNews, type Run, type RunPhase } from '#api'
import { useConnection } from '../api/index.ts'
import { createRunEnds } from '../api/run-ends.ts'
import { createKeptIds } from '../browser/kept-ids.ts'
import { useListMirror } from './useListMirror.ts'

/** What the app does in the background, as every window sees it; windows begin it, and may go. `name` is that of its kind. */
export function useWatchedRuns<R extends Run>(
  name: string,
  open: () => AsyncIterable<ListNews<R>>,
) {
  const { commands } = useConnection()
  const { list } = useListMirror(open)
  const ends = createRunEnds<R>(createKeptIds(`berth-ended-${name}`))
  const hook = createEventHook<[R]>()
  const waiting = new Map<string, PromiseWithResolvers<RunPhase>>()

  const end = ({ id, phase, error }: Run) => {
    commands.endRun(id, error && AppError.fromShape(error), phase === 'cancelled')
    waiting.get(id)?.resolve(phase)
    waiting.delete(id)
  }
  const settle = (now: readonly R[]) => {
    const { ended, gone } = ends.take(now)
    for (const id of gone) end({ id, phase: 'cancelled' })
    for (const run of ended) {
      end(run)
      void hook.trigger(run)
    }
  }
  watch(list, (now) => now && settle(now), { flush: 'sync' })

  /** Resolves with how a run ended that this window has begun; `cancelled`, too, when nothing is known of it any more. */
  const whenEnded = (id: string): Promise<RunPhase> => {
    // Who asks for what is under way already has its id, too.
    const known = waiting.get(id) ?? Promise.withResolvers<RunPhase>()
    waiting.set(id, known)
    // It may have ended before its id was here.
    const run = list.value?.find((one) => one.id === id)
    if (run && !isUnderWay(run)) end(run)
    return known.promise
  }
  return {
    /** In the order in which they began. */
    list,
    isOld: ends.isOld,
    /** Hears of each end once, whoever began it. */
    onEnd: hook.on,
    whenEnded,
  }
}
