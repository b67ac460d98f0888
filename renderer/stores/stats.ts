import { useDebounceFn, useDocumentVisibility } from '@vueuse/core'
import { defineStore } from 'pinia'
import { onScopeDispose, shallowRef, watch } from 'vue'
import { useConnection } from '../api/index.ts'
import { useReader } from '../composables/useReader.ts'
import { type StatsRing, toAsked, withSample } from '../chart/stats-ring.ts'
import { useMachineStore } from './machine.ts'

/** As long as a scroll goes on, nothing is asked. */
const restMs = 250
/** Of how many containers a last minute is kept: those seen before are drawn at once when they are scrolled back to. */
const most = 400

/** What the containers in sight use, of their last minute; nothing is asked while nobody looks. */
export const useStatsStore = defineStore('stats', () => {
  const { api } = useConnection()
  const machine = useMachineStore()
  const visibility = useDocumentVisibility()
  /** Container id → its last minute. Changes once a second. */
  const rings = shallowRef<ReadonlyMap<string, StatsRing>>(new Map())
  const asked = shallowRef<readonly string[]>([])
  const askers = new Map<symbol, readonly string[]>()

  const settle = () => {
    asked.value = toAsked([...new Set([...askers.values()].flat())], asked.value)
  }
  const settleSoon = useDebounceFn(settle, restMs)

  useReader({
    open: () => api.containers.stats([...asked.value]),
    take(samples) {
      const next = new Map(rings.value)
      for (const sample of samples) {
        const ring = withSample(next.get(sample.id), sample)
        // At the end of the order, so that what was not seen for the longest time is the first to go.
        next.delete(sample.id)
        next.set(sample.id, ring)
      }
      for (const id of next.keys()) {
        if (next.size <= most) break
        next.delete(id)
      }
      rings.value = next
    },
    forget: () => undefined,
    when: () =>
      machine.isServing && visibility.value === 'visible' && asked.value.length > 0
        ? asked.value
        : undefined,
  })
  watch(
    () => machine.isServing,
    () => (rings.value = new Map()),
  )
  return {
    rings,
    /** From now on these are wanted by that asker; none ends it. */
    ask(asker: symbol, ids: readonly string[]) {
      const isFirst = askers.size === 0
      if (ids.length > 0) askers.set(asker, ids)
      else askers.delete(asker)
      if (isFirst || askers.size === 0) settle()
      else void settleSoon()
    },
  }
})

/** Has the store ask for these containers while the scope lives. */
export function useStatsOf(ids: () => readonly string[]) {
  const store = useStatsStore()
  const asker = Symbol('asker')
  watch(ids, (wanted) => store.ask(asker, wanted), { immediate: true })
  onScopeDispose(() => store.ask(asker, []))
  return store
}
