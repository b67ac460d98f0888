import type { ContextMenuItem } from '@nuxt/ui/components/ContextMenu.vue'
import { computed, shallowRef } from 'vue'
import { openMenuOf, toRow } from '../list/list-row.ts'
import { useListKeys } from './useListKeys.ts'
import { useRowPointer } from './useRowPointer.ts'
import type { RowsHandle } from './useVisibleRows.ts'

export interface RowGridOptions<T> {
  items: () => readonly T[]
  rows: () => RowsHandle | null
  toMenu: (item: T) => ContextMenuItem[][]
  open: (item: T) => void
  /** Whether there was something to remove. */
  remove: (item: T) => boolean
}

/** Keys, pointer and menu of a list of which one row at a time is worked. */
export function useRowGrid<T extends { id: string }>(options: RowGridOptions<T>) {
  const { items, rows, toMenu, open, remove } = options
  const active = shallowRef<string>()
  const byId = computed(() => new Map(items().map((item) => [item.id, item])))
  const menu = computed(() => {
    const item = byId.value.get(active.value ?? '')
    return item ? toMenu(item) : []
  })
  const focus = () => rows()?.focus()
  const openById = (id: string) => {
    const item = byId.value.get(id)
    if (item) open(item)
  }
  const onKey = useListKeys({
    order: () => items().map(({ id }) => id),
    active,
    page: () => rows()?.page ?? 1,
    reveal: (index) => rows()?.reveal(index),
    onExtend: () => undefined,
    onStep: (step, id) => {
      const item = byId.value.get(id ?? '')
      if (!item) return false
      if (step === 'open') open(item)
      else if (step === 'menu') openMenuOf(item.id)
      else return step === 'remove' && remove(item)
      return true
    },
  })
  const pointer = useRowPointer({ focus, point: (id) => (active.value = id), open: openById })
  return {
    ...{ active, menu, focus, onKey, hotId: pointer.hotId },
    listeners: {
      ...pointer.listeners,
      /** The list is entered by Tab: its first row is the one that keys are about. */
      enter: () => (active.value ??= items()[0]?.id),
    },
    /** The menu is the row's beneath the pointer, and there is none beside the rows. */
    onContextMenu: (event: MouseEvent) => {
      const id = toRow(event.target)?.dataset['id']
      if (id === undefined) event.preventDefault()
      else active.value = id
    },
  }
}
