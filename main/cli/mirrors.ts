import type { MirrorsApi, MirrorSetting, MirrorsSnapshot } from '#api'
import { callApp } from '../control/client.ts'
import { makeHome } from '../host/folders.ts'
import { findPaths } from '../host/paths.ts'
import { Health } from '../mirrors/health.ts'
import {
  addMirror,
  enableMirror,
  orderMirrors,
  removeMirror,
  toUsableMirrors,
  whyUnusable,
} from '../mirrors/mirror-list.ts'
import { ServedHistory } from '../mirrors/served.ts'
import { toRegistries } from '../mirrors/snapshot.ts'
import { SettingsStore } from '../settings/store.ts'

/** What can be done with mirrors whether or not the app runs: they are its settings. */
export interface MirrorList
  extends Disposable, Pick<MirrorsApi, 'add' | 'remove' | 'enable' | 'order'> {
  look(): Promise<Pick<MirrorsSnapshot, 'registries' | 'unusable'>>
}

/** The mirrors of the app that runs, else of the settings file. */
export async function openMirrors(): Promise<MirrorList> {
  const client = await callApp()
  if (!client) return await openFile()
  const { mirrors } = client.api
  return {
    look: async () => {
      for await (const snapshot of mirrors.watch()) return snapshot
      return { registries: [], unusable: [] }
    },
    add: (mirror) => mirrors.add(mirror),
    remove: (mirror) => mirrors.remove(mirror),
    enable: (mirror, enabled) => mirrors.enable(mirror, enabled),
    order: (registry, urls) => mirrors.order(registry, urls),
    [Symbol.dispose]: () => client[Symbol.dispose](),
  }
}

async function openFile(): Promise<MirrorList> {
  const paths = findPaths()
  await makeHome(paths)
  const settings = await SettingsStore.open(paths.settings)
  const list = () => settings.current.mirrors
  const store = async (mirrors: MirrorSetting[]) => {
    await settings.set({ mirrors })
  }
  return {
    look: () =>
      Promise.resolve({
        registries: toRegistries({
          ...{ mirrors: toUsableMirrors(list()) },
          ...{ health: new Health(), served: new ServedHistory() },
          ...{ tests: new Map(), now: Date.now() },
        }),
        unusable: whyUnusable(list(), settings.otherMirrors),
      }),
    add: async (mirror) => store(addMirror(list(), mirror)),
    remove: async (mirror) => store(removeMirror(list(), mirror)),
    enable: async (mirror, enabled) => store(enableMirror(list(), mirror, enabled)),
    order: async (registry, urls) => store(orderMirrors(list(), registry, urls)),
    [Symbol.dispose]: () => undefined,
  }
}
