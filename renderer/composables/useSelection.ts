import { type ComputedRef, computed, shallowRef } from 'vue'

export interface Selection {
  /** Those selected of what is there now, in no order. */
  selected: ComputedRef<ReadonlySet<string>>
  toggle: (id: string) => void
  /** From the one last toggled or pointed at up to this one, in the order of the list. */
  extendTo: (id: string) => void
  /** Where the next `extendTo` begins. */
  pointAt: (id: string) => void
  set: (ids: readonly string[], isSelected: boolean) => void
  clear: () => void
}

/**
 * Which of a list are selected. What is filtered away or gone does not count, so that nothing happens to a thing that
 * its user does not see; it counts again when it is back.
 */
export function useSelection(order: () => readonly string[]): Selection {
  const chosen = shallowRef<ReadonlySet<string>>(new Set())
  let anchor: string | undefined

  const selected = computed<ReadonlySet<string>>(() => {
    if (chosen.value.size === 0) return chosen.value
    return new Set(order().filter((id) => chosen.value.has(id)))
  })
  const set = (ids: readonly string[], isSelected: boolean) => {
    const next = new Set(chosen.value)
    for (const id of ids) {
      if (isSelected) next.add(id)
      else next.delete(id)
    }
    chosen.value = next
  }
  return {
    selected,
    set,
    toggle(id) {
      anchor = id
      set([id], !chosen.value.has(id))
    },
    extendTo(id) {
      set(toRange(order(), anchor ?? id, id), true)
      anchor ??= id
    },
    pointAt(id) {
      anchor = id
    },
    clear() {
      chosen.value = new Set()
    },
  }
}

/** The ids from one to the other, both with them, whichever comes first; only the second when the first is gone. */
export function toRange(order: readonly string[], from: string, to: string): string[] {
  const [start, end] = [order.indexOf(from), order.indexOf(to)]
  if (start === -1 || end === -1) return end === -1 ? [] : [to]
  return order.slice(Math.min(start, end), Math.max(start, end) + 1)
}
