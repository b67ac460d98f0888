import { type WritableComputedRef, computed } from 'vue'
import { useMemoryStore } from '../stores/memory.ts'

/**
 * A value of the window's arrangement that outlives it: a column, an order, a side bar. What is remembered is used when
 * `isValid` accepts it (by default: when it is of the same kind as `initial`), so that an old shape does no harm.
 */
export function useRemembered<T>(
  name: string,
  initial: T,
  isValid: (value: unknown) => boolean = (value) => isAlike(value, initial),
): WritableComputedRef<T> {
  const memory = useMemoryStore()
  // By its own text, so that another name's change is none of this one.
  const text = computed(() => memory.texts[name])
  return computed({
    get: () => parse(text.value, initial, isValid),
    set: (value) => memory.put(name, JSON.stringify(value)),
  })
}

function parse<T>(text: string | undefined, initial: T, isValid: (value: unknown) => boolean): T {
  if (text === undefined) return initial
  try {
    const value: unknown = JSON.parse(text)
    return isValid(value) ? (value as T) : initial
  } catch {
    return initial
  }
}

function isAlike(value: unknown, initial: unknown): boolean {
  return (
    typeof value === typeof initial &&
    Array.isArray(value) === Array.isArray(initial) &&
    (value === null) === (initial === null)
  )
}
