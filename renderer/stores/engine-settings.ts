import { useDebounceFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { EngineKey, EngineSettingsCheck, ErrorShape } from '#api'
import { toErrorShape } from '../api/error-shape.ts'
import { useConnection } from '../api/index.ts'
import { useMirror } from '../composables/useMirror.ts'

/** Not with each letter: the app answers at once, and yet a fast hand is faster. */
const checkMs = 150

/** What is set of the engine, and what its user makes of it; that stays while other pages are looked at. */
export const useEngineSettingsStore = defineStore('engineSettings', () => {
  const { api } = useConnection()
  const { value: snapshot } = useMirror(() => api.engineSettings.watch())
  const keys = shallowRef<readonly EngineKey[]>([])
  const draft = shallowRef('')
  const found = shallowRef<EngineSettingsCheck>()
  const failure = shallowRef<ErrorShape>()
  const isDone = shallowRef(false)

  const check = useDebounceFn(async () => {
    const text = draft.value
    const checked = await api.engineSettings.check(text).catch(() => undefined)
    if (text === draft.value) found.value = checked
  }, checkMs)
  const write = (text: string) => {
    if (text === draft.value) return
    draft.value = text
    found.value = failure.value = undefined
    isDone.value = false
    void check()
  }
  watch(snapshot, (now, last) => {
    // What was typed stays; only what was as it had been follows.
    if (now && (last === undefined || draft.value === last.text)) write(now.text)
    else void check()
  })
  const apply = async () => {
    failure.value = undefined
    try {
      await api.engineSettings.apply(draft.value)
      isDone.value = true
    } catch (error) {
      failure.value = toErrorShape(error)
    }
    void check()
  }
  const open = async () => {
    if (keys.value.length === 0) keys.value = await api.engineSettings.keys()
  }
  const isChanged = computed(
    () => snapshot.value !== undefined && draft.value !== snapshot.value.text,
  )
  const revert = () => write(snapshot.value?.text ?? '')
  const state = { snapshot, keys, draft, found, failure, isDone, isChanged }
  return { ...state, open, write, apply, revert }
})
