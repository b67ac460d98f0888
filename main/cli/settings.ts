import type { SettingsApi } from '#api'
import { callApp } from '../control/client.ts'
import { makeHome } from '../host/folders.ts'
import { findPaths } from '../host/paths.ts'
import { SettingsStore } from '../settings/store.ts'

/** The settings of the app that runs, else the file itself. Hung up when the process ends. */
export async function openSettings(): Promise<Pick<SettingsApi, 'get' | 'set'>> {
  const client = await callApp()
  if (client) {
    return {
      get: () => client.api.settings.get().finally(() => client[Symbol.dispose]()),
      set: (change) => client.api.settings.set(change).finally(() => client[Symbol.dispose]()),
    }
  }
  const paths = findPaths()
  await makeHome(paths)
  return await SettingsStore.open(paths.settings)
}
