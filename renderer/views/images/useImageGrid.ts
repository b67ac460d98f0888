import { type ShallowRef, computed, shallowRef } from 'vue'
import { useRouter } from 'vue-router'
import type { Image } from '#api'
import type { ListStep } from '../../list/list-step.ts'
import { useListKeys } from '../../composables/useListKeys.ts'
import { type Selection, useSelection } from '../../composables/useSelection.ts'
import type { RowsHandle } from '../../composables/useVisibleRows.ts'
import { openMenuOf } from '../../list/list-row.ts'
import type { ImageItem } from './image-list.ts'

export interface ImageGridOptions {
  items: () => readonly ImageItem[]
  rows: () => RowsHandle | null
  /** Asks first; resolves to whether they went. */
  remove: (images: readonly Image[]) => Promise<boolean>
}

/** Keys, pointer and selection of the list of images. */
export function useImageGrid({ items, rows, remove }: ImageGridOptions) {
  const router = useRouter()
  const active = shallowRef<string>()
  const order = computed(() => items().map(({ id }) => id))
  const byId = computed(() => new Map(items().map((item) => [item.id, item])))
  const selection = useSelection(() => order.value)
  const { selected } = selection

  const chosen = computed(() =>
    items()
      .filter(({ id }) => selected.value.has(id))
      .map(({ image }) => image),
  )
  const mark = computed(() => {
    if (selected.value.size === 0) return 'none'
    return selected.value.size === order.value.length ? 'all' : 'some'
  })
  const open = (id: string) => void router.push(`/images/${id}`)
  const toggle = (id: string, isRange: boolean) => {
    active.value = id
    if (isRange) selection.extendTo(id)
    else selection.toggle(id)
  }
  const removeAt = (id: string | undefined) => {
    const item = byId.value.get(id ?? '')
    const images = chosen.value.length > 0 ? chosen.value : item ? [item.image] : []
    if (images.length > 0) void remove(images).then((gone) => gone && selection.clear())
    return images.length > 0
  }
  const onKey = useGridKeys({
    ...{ order: () => order.value, active, rows, selection, removeAt, open },
  })
  return {
    ...{ active, selected, chosen, mark, open, toggle, onKey },
    clear: selection.clear,
    selectAll: (isSelected: boolean) =>
      isSelected ? selection.set(order.value, true) : selection.clear(),
    /** The row that a menu is about. */
    pointed: computed(() => byId.value.get(active.value ?? '')),
    /** A click makes the row the active one; with a modifier it selects. */
    point(id: string, event?: MouseEvent) {
      if (event && (event.shiftKey || event.ctrlKey || event.metaKey)) toggle(id, event.shiftKey)
      else {
        active.value = id
        selection.pointAt(id)
      }
    },
  }
}

interface GridKeys {
  order: () => readonly string[]
  active: ShallowRef<string | undefined>
  rows: () => RowsHandle | null
  selection: Selection
  removeAt: (id: string | undefined) => boolean
  open: (id: string) => void
}

function useGridKeys({ order, active, rows, selection, removeAt, open }: GridKeys) {
  const act = (step: Step, id: string): boolean => {
    if (step === 'toggle') selection.toggle(id)
    else if (step === 'open') open(id)
    else if (step === 'menu') openMenuOf(id)
    else return false
    return true
  }
  return useListKeys({
    order,
    active,
    page: () => rows()?.page ?? 1,
    reveal: (index) => rows()?.reveal(index),
    onExtend: (from, to) => {
      if (from !== undefined && selection.selected.value.size === 0) selection.toggle(from)
      selection.extendTo(to)
    },
    onStep: (step, id) =>
      step === 'remove'
        ? removeAt(id)
        : select(step, selection, order()) || (id !== undefined && act(step, id)),
  })
}

type Step = Exclude<ListStep['kind'], 'move'>

/** Steps that need no row. */
function select(step: Step, selection: Selection, order: readonly string[]): boolean {
  if (step === 'all') selection.set(order, true)
  else if (step === 'clear' && selection.selected.value.size > 0) selection.clear()
  else return false
  return true
}
