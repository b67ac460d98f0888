import { storeToRefs } from 'pinia'
import { computed } from 'vue'
import { useRouter } from 'vue-router'
import type { Container } from '#api'
import { useContainerActions } from '../../composables/useContainerActions.ts'
import { useSelection } from '../../composables/useSelection.ts'
import { useContainerListStore } from '../../stores/container-list.ts'
import type { GroupItem, ListItem } from './list-rows.ts'
import type { useContainerBulk } from '../../composables/useContainerBulk.ts'
import type { useContainerList } from './useContainerList.ts'

type StepKind = 'toggle' | 'all' | 'open' | 'remove' | 'menu' | 'clear' | 'expand' | 'collapse'
type List = ReturnType<typeof useContainerList>
type Bulk = ReturnType<typeof useContainerBulk>['bulk']

/** What is selected, which row is active, and what keys and clicks do to either. */
export function useContainerRows(list: List, bulk: Bulk, openMenu: (id: string) => void) {
  const { active } = storeToRefs(useContainerListStore())
  const actions = useContainerActions()
  const picked = usePicked(list)
  const steps = useSteps({ list, bulk, openMenu, actions, picked })
  const { selection } = picked
  const find = (id: string | undefined) =>
    id === undefined ? undefined : list.items.value.find((item) => item.id === id)

  const router = useRouter()
  return {
    ...picked,
    go: (id: string, tab: 'terminal') => void router.push(`/containers/${id}/${tab}`),
    actions,
    active,
    find,
    fold: ({ id, isOpen }: GroupItem) => list.setOpen(id, !isOpen),
    step(kind: StepKind, id: string | undefined) {
      const item = find(id)
      return item ? steps[kind](item) : false
    },
    extend(from: string | undefined, to: string) {
      if (from !== undefined && selection.selected.value.size === 0) selection.pointAt(from)
      if (find(to)?.kind === 'container') selection.extendTo(to)
    },
    /** A click beside the parts of a row. */
    point(id: string, event: MouseEvent) {
      active.value = id
      if (find(id)?.kind !== 'container') return
      if (event.shiftKey) selection.extendTo(id)
      else if (event.ctrlKey || event.metaKey) selection.toggle(id)
      else selection.pointAt(id)
    },
    tick(id: string, isRange: boolean) {
      active.value = id
      if (isRange) selection.extendTo(id)
      else selection.toggle(id)
    },
  }
}

function usePicked(list: List) {
  const selection = useSelection(() => list.shown.value.map(({ id }) => id))
  const nobody: readonly Container[] = []
  const selectedContainers = computed(() => {
    const selected = selection.selected.value
    return selected.size === 0 ? nobody : list.shown.value.filter(({ id }) => selected.has(id))
  })
  const toMark = (containers: readonly Container[]) => {
    const selected = selection.selected.value
    if (selected.size === 0) return 'none'
    const count = containers.filter(({ id }) => selected.has(id)).length
    return count === 0 ? 'none' : count === containers.length ? 'all' : 'some'
  }
  const tickAll = (containers: readonly Container[]) =>
    selection.set(
      containers.map(({ id }) => id),
      toMark(containers) !== 'all',
    )
  return { selection, selectedContainers, toMark, tickAll }
}

interface Surroundings {
  list: List
  bulk: Bulk
  openMenu: (id: string) => void
  actions: ReturnType<typeof useContainerActions>
  picked: ReturnType<typeof usePicked>
}

/** What each key does to the active row; false when it does nothing. */
function useSteps({ list, bulk, openMenu, actions, picked }: Surroundings) {
  const router = useRouter()
  const { selection, selectedContainers, tickAll } = picked

  const fold = (item: ListItem, isOpen: boolean) => {
    if (item.kind === 'container' || item.isOpen === isOpen) return false
    list.setOpen(item.id, isOpen)
    return true
  }
  const removeSelected = async () => {
    if (await bulk('remove', selectedContainers.value)) selection.clear()
  }
  const remove = (item: ListItem) => {
    if (selectedContainers.value.length > 0) return removeSelected()
    return item.kind === 'group' ? bulk('remove', item.containers) : actions.remove(item.container)
  }
  const steps: Record<StepKind, (item: ListItem) => boolean> = {
    toggle(item) {
      if (item.kind === 'group') tickAll(item.containers)
      else selection.toggle(item.id)
      return true
    },
    all: () => (tickAll(list.shown.value), true),
    open(item) {
      if (item.kind === 'group') return fold(item, !item.isOpen)
      void router.push(`/containers/${item.id}/logs`)
      return true
    },
    remove: (item) => (void remove(item), true),
    menu: ({ id }) => (openMenu(id), true),
    clear() {
      const had = selectedContainers.value.length > 0
      selection.clear()
      return had
    },
    expand: (item) => fold(item, true),
    collapse: (item) => fold(item, false),
  }
  return steps
}
