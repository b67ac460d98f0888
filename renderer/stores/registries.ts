import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { RegistriesApi } from '#api'
import { useConnection } from '../api/index.ts'
import { useMirror } from '../composables/useMirror.ts'

/** Part of a list; `next` asks for what follows. */
export interface Listing {
  names: readonly string[]
  next?: string | undefined
}

/** Who we are at registries, live, and what they have. No machine is needed for either. */
export const useRegistriesStore = defineStore('registries', () => {
  const { api } = useConnection()
  const { value: snapshot, failure } = useMirror(() => api.registries.watch())
  /** Those whose login is being tried. */
  const testing = shallowRef<ReadonlySet<string>>(new Set())

  const test = async (registry: string) => {
    if (testing.value.has(registry)) return
    testing.value = new Set([...testing.value, registry])
    try {
      await api.registries.test(registry)
    } finally {
      testing.value = new Set([...testing.value].filter((one) => one !== registry))
    }
  }
  const toOptions = (after?: string) => (after === undefined ? undefined : { after })
  return {
    ...{ snapshot, failure, testing, test },
    logIn: (login: Parameters<RegistriesApi['logIn']>[0]) => api.registries.logIn(login),
    logOut: (registry: string) => api.registries.logOut(registry),
    dockerPlan: (registry: string) => api.registries.dockerPlan(registry),
    linkDocker: (registry: string, linked: boolean) => api.registries.linkDocker(registry, linked),
    async repositories(registry: string, after?: string): Promise<Listing> {
      const { repositories, next } = await api.registries.repositories(registry, toOptions(after))
      return { names: repositories, next }
    },
    async tags(repository: string, after?: string): Promise<Listing> {
      const { tags, next } = await api.registries.tags(repository, toOptions(after))
      return { names: tags, next }
    },
    tag: (reference: string) => api.registries.tag(reference),
    search: (term: string) => api.registries.search(term),
  }
})
