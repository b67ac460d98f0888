import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { useConnection } from '../api/index.ts'
import { read } from '../api/reading.ts'
import { useMirror } from '../composables/useMirror.ts'

interface Named {
  registry: string
  url: string
}

/** Who is asked for images before their registries, live, and what can be done about it. They are the app's own: no machine is needed. */
export const useMirrorsStore = defineStore('mirrors', () => {
  const { api } = useConnection()
  const { value: snapshot, failure } = useMirror(() => api.mirrors.watch())
  /** Registries that are being tested. */
  const testing = shallowRef<ReadonlySet<string>>(new Set())
  /** Endpoints of these that have answered, by `toKey`. */
  const tested = shallowRef<ReadonlySet<string>>(new Set())

  const test = async (registry?: string) => {
    const all = snapshot.value?.registries.map((one) => one.registry) ?? []
    const named = registry === undefined ? all : [registry]
    if (named.some((one) => testing.value.has(one))) return
    testing.value = new Set([...testing.value, ...named])
    tested.value = new Set([...tested.value].filter((key) => !named.includes(registryOf(key))))
    try {
      await read(api.mirrors.test(registry), (result) => {
        tested.value = new Set([...tested.value, toKey(result)])
      }).done
    } finally {
      testing.value = new Set([...testing.value].filter((one) => !named.includes(one)))
    }
  }
  return {
    ...{ snapshot, failure, testing, tested, test },
    presets: () => api.mirrors.presets(),
    add: (mirror: Named) => api.mirrors.add(mirror),
    remove: (mirror: Named) => api.mirrors.remove(mirror),
    enable: (mirror: Named, enabled: boolean) => api.mirrors.enable(mirror, enabled),
    order: (registry: string, urls: string[]) => api.mirrors.order(registry, urls),
    /** Its answer is still to come. */
    isWaiting: (endpoint: Named) =>
      testing.value.has(endpoint.registry) && !tested.value.has(toKey(endpoint)),
  }
})

function toKey({ registry, url }: Named): string {
  return `${registry} ${url}`
}

function registryOf(key: string): string {
  return key.slice(0, key.indexOf(' '))
}
