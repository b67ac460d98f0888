import { computed, shallowRef, watch } from 'vue'
import { toRegistryName } from '#api'
import { type Listing, useRegistriesStore } from '../../stores/registries.ts'
import { useListing } from './useListing.ts'

interface NameListOptions {
  registry: () => string
  /** What is listed; it is asked for anew when this changes. */
  key: () => string
  ask: (after?: string) => Promise<Listing>
}

/** Names that a registry lists for who is logged in there, and those of them that a filter leaves. */
export function useNameList({ registry, key, ask }: NameListOptions) {
  const store = useRegistriesStore()
  const list = useListing(key, ask)
  const text = shallowRef('')
  const shown = computed(() => {
    const wanted = text.value.trim().toLowerCase()
    const names = list.names.value ?? []
    return names.filter((name) => name.toLowerCase().includes(wanted)).map((id) => ({ id }))
  })
  const account = computed(() =>
    store.snapshot?.accounts.find((one) => one.registry === toRegistryName(registry())),
  )
  // Whoever has logged in or out may see another list.
  watch(
    () => account.value?.username,
    () => void list.read(),
  )
  return { ...list, text, shown, account }
}

export type NameList = ReturnType<typeof useNameList>
