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
  /** Only what was asked for last counts: it is asked anew after a login, while the answer to a stranger is on its way. */
  let last = 0

  const take = async (after: string | undefined, before: readonly string[]) => {
    last += 1
    const mine = last
    isBusy.value = true
    failure.value = undefined
    try {
      const listing = await ask(after)
      if (mine !== last) return
      names.value = [...new Set([...before, ...listing.names])]
      next.value = listing.next
    } catch (error) {
      if (mine === last) failure.value = toErrorShape(error)
    } finally {
      if (mine === last) isBusy.value = false
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
