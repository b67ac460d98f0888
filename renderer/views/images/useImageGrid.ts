import { computed, shallowRef } from 'vue'
import { useRouter } from 'vue-router'
import type { Image } from '#api'
import { useListKeys } from '../../composables/useListKeys.ts'
import { useSelection } from '../../composables/useSelection.ts'
import type { ImageItem } from './image-list.ts'

/** What the grid's table can do. */
interface Rows {
  focus: () => void
  reveal: (index: number) => void
  page: number
}

export interface ImageGridOptions {
  items: () => readonly ImageItem[]
  rows: () => Rows | null
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
  const all = computed(() => {
    if (selected.value.size === 0) return false
    return selected.value.size === order.value.length ? true : ('indeterminate' as const)
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
  const onKey = useListKeys({
    order: () => order.value,
    active,
    page: () => rows()?.page ?? 1,
    reveal: (index) => rows()?.reveal(index),
    onExtend: (from, to) => {
      if (from !== undefined && selected.value.size === 0) selection.toggle(from)
      selection.extendTo(to)
    },
    onStep: (step, id) => {
      if (step === 'all') selection.set(order.value, true)
      else if (step === 'clear') {
        if (selected.value.size === 0) return false
        selection.clear()
      } else if (step === 'remove') return removeAt(id)
      else if (id === undefined) return false
      else if (step === 'toggle') selection.toggle(id)
      else if (step === 'open') open(id)
      else if (step === 'menu') openMenu(id)
      else return false
      return true
    },
  })
  return {
    ...{ active, selected, chosen, all, open, toggle, onKey },
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

/** As a press of the row's own button would. */
function openMenu(id: string): void {
  const row = document.getElementById(`row-${encodeURIComponent(id)}`)
  row
    ?.querySelector<HTMLElement>('[data-menu]')
    ?.dispatchEvent(
      new PointerEvent('pointerdown', { bubbles: true, button: 0, pointerType: 'mouse' }),
    )
}
