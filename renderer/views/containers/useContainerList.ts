import { refThrottled } from '@vueuse/core'
import { storeToRefs } from 'pinia'
import { type ComputedRef, computed, shallowRef, watch } from 'vue'
import type { Container } from '#api'
import { useRemembered } from '../../composables/useRemembered.ts'
import { type ContainerScope, useContainerListStore } from '../../stores/container-list.ts'
import { useContainersStore } from '../../stores/containers.ts'
import { useStatsStore } from '../../stores/stats.ts'
import { type ColumnId, type SortKey, isColumnList, usualColumns } from './columns.ts'
import { type ContainerFilter, parseFilter } from './container-filter.ts'
import { isSorting, sortContainers, toNextSorting, usualSorting } from './container-order.ts'
import { toTest } from './filter-match.ts'
import { createListItems } from './list-rows.ts'

/** Rows that change places every second cannot be read or hit. */
const orderPauseMs = 3000

/** The list as its user wants it: filtered, in order, in groups. */
export function useContainerList() {
  const { text, chips, scope } = storeToRefs(useContainerListStore())
  const { isFiltered, filter, matching } = useMatching()
  const { closed, ...arrangement } = useArrangement(filter)
  const { sorting, isGrouping } = arrangement

  const counts = computed(() => {
    const sums = { all: matching.value.length, running: 0, stopped: 0 }
    for (const container of matching.value) {
      if (scopes.running(container)) sums.running += 1
      else if (scopes.stopped(container)) sums.stopped += 1
    }
    return sums
  })
  const scoped = computed(() =>
    scope.value === 'all' ? matching.value : matching.value.filter(scopes[scope.value]),
  )
  const shown = useOrder(() => scoped.value, sorting)
  const toItems = createListItems()
  const items = computed(() => toItems(shown.value, isGrouping.value, closed.value))

  return {
    text,
    chips,
    scope,
    ...arrangement,
    isFiltered,
    counts,
    /** In order, those of closed groups with them. */
    shown,
    items,
    showAll() {
      text.value = ''
      chips.value = []
      scope.value = 'all'
    },
  }
}

/** What is neither, such as one that is paused, is among all. */
const scopes: Record<ContainerScope, (container: Container) => boolean> = {
  all: () => true,
  running: ({ state }) => state === 'running',
  stopped: ({ state }) => state === 'exited' || state === 'created' || state === 'dead',
}

/** How the list is arranged, which is remembered. */
function useArrangement(filter: ComputedRef<ContainerFilter>) {
  const sorting = useRemembered('containers.sorting', usualSorting, isSorting)
  const isGrouping = useRemembered('containers.grouping', true)
  const columns = useRemembered<readonly ColumnId[]>(
    'containers.columns',
    usualColumns,
    isColumnList,
  )
  return {
    sorting,
    isGrouping,
    columns,
    sortBy: (by: SortKey) => {
      sorting.value = toNextSorting(sorting.value, by)
    },
    ...useFolds(filter),
  }
}

/** Which groups are folded. A filter opens all, so that what it finds is seen; one may fold them again while it lasts. */
function useFolds(filter: ComputedRef<ContainerFilter>) {
  const remembered = useRemembered<string[]>('containers.closed', [])
  const passing = shallowRef<string[]>([])
  watch(filter, () => (passing.value = []))

  const isPassing = computed(() => filter.value.terms.length + filter.value.words.length > 0)
  const ids = computed(() => (isPassing.value ? passing : remembered).value)
  return {
    closed: computed(() => new Set(ids.value)),
    setOpen(id: string, isOpen: boolean) {
      const rest = ids.value.filter((entry) => entry !== id)
      const next = isOpen ? rest : [...rest, id].slice(-mostClosed)
      if (isPassing.value) passing.value = next
      else remembered.value = next
    },
  }
}

/** What is remembered stays small. */
const mostClosed = 300

function useMatching() {
  const store = useContainersStore()
  const { text, chips } = storeToRefs(useContainerListStore())
  const filter = computed(() => parseFilter([...chips.value, text.value].join(' ')))
  const isFiltered = computed(() => filter.value.terms.length + filter.value.words.length > 0)
  const matching = computed(() => {
    const all = store.containers ?? []
    return isFiltered.value ? all.filter(toTest(filter.value, findIn(all))) : all
  })
  return { isFiltered, filter, matching }
}

function useOrder(containers: () => readonly Container[], sorting: { value: typeof usualSorting }) {
  const { rings } = storeToRefs(useStatsStore())
  const slowRings = refThrottled(rings, orderPauseMs)
  const samples = computed(() =>
    sorting.value.by === 'cpu' || sorting.value.by === 'memory' ? slowRings.value : undefined,
  )
  let last: readonly Container[] = []
  let given: readonly Container[] = []
  let madeOf: readonly unknown[] = []
  return computed(() => {
    const wish = [sorting.value, samples.value]
    const holds = wish.every((part, index) => part === madeOf[index])
    const latest = (id: string) => samples.value?.get(id)?.latest
    const now = containers()
    last = sortContainers(now, sorting.value, { last, given, holds, latest })
    given = now
    madeOf = wish
    return last
  })
}

function findIn(all: readonly Container[]) {
  return (reference: string) =>
    all.find(({ name }) => name === reference) ?? all.find(({ id }) => id.startsWith(reference))
}
