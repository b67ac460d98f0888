import { shallowRef } from 'vue'
import { toRow } from '../list/list-row.ts'

export interface RowPointer {
  /** Gives the list the focus. */
  focus: () => void
  /** A click on a row, beside its parts. */
  point: (id: string, event: MouseEvent) => void
  open: (id: string) => void
}

/** What the pointer does to a list whose rows are `tr[data-id]`: heard once by the list, not by each row. */
export function useRowPointer({ focus, point, open }: RowPointer) {
  /** The row under the pointer. */
  const hotId = shallowRef<string>()

  /** The row of what was clicked, unless a part of it wants the click for itself. */
  const toId = ({ target }: MouseEvent) =>
    target instanceof Element && target.closest('a, button, input') !== null
      ? undefined
      : toRow(target)?.dataset['id']

  const listeners = {
    click(event: MouseEvent) {
      const id = toId(event)
      if (id !== undefined) point(id, event)
    },
    dblclick(event: MouseEvent) {
      const id = toId(event)
      if (id !== undefined) open(id)
    },
    /** A range that is drawn with Shift would select the text between as well. */
    mousedown(event: MouseEvent) {
      if (!event.shiftKey || !toRow(event.target)) return
      event.preventDefault()
      focus()
    },
    pointerover: ({ target }: PointerEvent) => (hotId.value = toRow(target)?.dataset['id']),
    pointerleave: () => (hotId.value = undefined),
  }
  return { hotId, listeners }
}
