import { type Ref, watch } from 'vue'
import { type ListStep, findNeighbour, moveCursor, toListStep } from '../list/list-step.ts'

export interface ListKeys {
  /** Ids of the rows in the order of the screen, headings with them. */
  order: () => readonly string[]
  /** The row that keys are about. */
  active: Ref<string | undefined>
  /** How many rows are in sight. */
  page: () => number
  /** Brings a row into sight. */
  reveal: (index: number) => void
  /** The cursor went from one row to another with Shift held. */
  onExtend: (from: string | undefined, to: string) => void
  /** Anything else, about the active row; false when there is nothing to be done, so that the key stays the page's. */
  onStep: (step: Exclude<ListStep['kind'], 'move'>, id: string | undefined) => boolean
}

/**
 * What keys do to a list with the focus on it, or on a part of one of its rows. Give the handler to the element with
 * `role="grid"`, which MUST be able to have the focus.
 */
export function useListKeys({ order, active, page, reveal, onExtend, onStep }: ListKeys) {
  // A cursor whose row has gone would begin at the top again. Without a cursor nobody needs the order of all rows.
  watch(
    () => (active.value === undefined ? undefined : order()),
    (ids, before) => {
      if (active.value === undefined || !ids || !before) return
      active.value = findNeighbour(active.value, before, ids)
    },
  )
  const move = (step: Extract<ListStep, { kind: 'move' }>) => {
    const ids = order()
    if (ids.length === 0) return
    const from = active.value === undefined ? -1 : ids.indexOf(active.value)
    const index = moveCursor(step.to, from, ids.length, page())
    const to = ids[index]
    if (to === undefined) return
    if (step.extend) onExtend(active.value, to)
    active.value = to
    reveal(index)
  }
  return (event: KeyboardEvent) => {
    const { target, currentTarget } = event
    const step = toListStep(event)
    if (!step || !(currentTarget instanceof HTMLElement)) return
    if (target !== currentTarget && !isForList(target, step)) return
    if (step.kind === 'move') {
      move(step)
      // The row that had the focus in one of its parts may leave the page.
      if (target !== currentTarget) currentTarget.focus({ preventScroll: true })
    } else if (!onStep(step.kind, active.value)) return
    event.preventDefault()
    event.stopPropagation()
  }
}

/** A button or link of a row keeps the keys that press it; a box to tick gives all others to the list; a text field keeps all. */
function isForList(target: EventTarget | null, step: ListStep): boolean {
  if (target instanceof HTMLTextAreaElement) return false
  if (target instanceof HTMLInputElement && target.type !== 'checkbox') return false
  return step.kind !== 'open' && step.kind !== 'toggle'
}
