import { defineStore } from 'pinia'
import type { Settings } from '#api'
import { useConnection } from '../api/index.ts'
import { useMirror } from '../composables/useMirror.ts'

/** The settings file as the app holds it; a change comes back through the stream. */
export const useSettingsStore = defineStore('settings', () => {
  const { api } = useConnection()
  const { value: snapshot } = useMirror(() => api.settings.watch())
  return { snapshot, save: (change: Partial<Settings>) => api.settings.set(change) }
})
