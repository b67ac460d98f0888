import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { useConnection } from '../api/index.ts'

const cacheKey = 'berth-memory'
/** Those that the app has not got yet: a window may be closed or reloaded before. */
const unsavedKey = 'berth-memory-unsaved'
const restMs = 400

/**
 * How this window was arranged, as JSON texts by name. The app keeps them; what it knew last is also kept by the
 * browser, so that the first frame is already as it was left.
 */
export const useMemoryStore = defineStore('memory', () => {
  const { api, session } = useConnection()
  const texts = shallowRef<Readonly<Record<string, string>>>(readCache(cacheKey))
  /** False until the app has answered once. */
  const loaded = shallowRef(false)
  /** Written here and not yet there. */
  const unsaved = new Map(Object.entries(readCache(unsavedKey)))
  let timer: ReturnType<typeof setTimeout> | undefined

  const save = () => {
    for (const [name, text] of unsaved) {
      api.app.remember(name, text).then(
        () => {
          if (unsaved.get(name) === text) unsaved.delete(name)
          writeCache(unsavedKey, Object.fromEntries(unsaved))
        },
        // An arrangement that was not remembered costs one click; the next change tries again.
        () => undefined,
      )
    }
  }
  const put = (name: string, text: string) => {
    if (texts.value[name] === text) return
    texts.value = { ...texts.value, [name]: text }
    unsaved.set(name, text)
    writeCache(cacheKey, texts.value)
    writeCache(unsavedKey, Object.fromEntries(unsaved))
    clearTimeout(timer)
    timer = setTimeout(save, restMs)
  }
  watch(
    session,
    async (current) => {
      if (current === 0) return
      const remembered = await api.app.memory().catch(() => undefined)
      if (!remembered) return
      texts.value = { ...remembered, ...Object.fromEntries(unsaved) }
      writeCache(cacheKey, texts.value)
      loaded.value = true
      if (unsaved.size > 0) save()
    },
    { immediate: true },
  )
  return { texts, loaded, put }
})

function readCache(key: string): Record<string, string> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '{}')
    if (typeof value !== 'object' || value === null) return {}
    return Object.fromEntries(
      Object.entries(value).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    )
  } catch {
    return {}
  }
}

function writeCache(key: string, texts: Readonly<Record<string, string>>) {
  try {
    localStorage.setItem(key, JSON.stringify(texts))
  } catch {
    // Without room or right the window starts plain, and is arranged once the app has answered.
  }
}
