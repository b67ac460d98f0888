import { computed, shallowRef, watch } from 'vue'
import type { ErrorShape } from '#api'
import { toErrorShape } from '../../api/error-shape.ts'
import type { Listing } from '../../stores/registries.ts'

/** A list that a registry gives in parts; it is asked anew when `key` changes. */
export function useListing(key: () => string, ask: (after?: string) => Promise<Listing>) {
  const names = shallowRef<readonly string[]>()
  const next = shallowRef<string>()
  const failure = shallowRef<ErrorShape>()
  const isBusy = shallowRef(false)

  const take = async (after: string | undefined, before: readonly string[]) => {
    const wanted = key()
    isBusy.value = true
    failure.value = undefined
    try {
      const listing = await ask(after)
      if (wanted !== key()) return
      names.value = [...new Set([...before, ...listing.names])]
      next.value = listing.next
    } catch (error) {
      if (wanted === key()) failure.value = toErrorShape(error)
    } finally {
      if (wanted === key()) isBusy.value = false
    }
  }
  const read = () => {
    names.value = next.value = undefined
    return take(undefined, [])
  }
  watch(key, read, { immediate: true })
  return {
    ...{ names, failure, isBusy, read },
    hasMore: computed(() => next.value !== undefined),
    more: () => take(next.value, names.value ?? []),
  }
}
