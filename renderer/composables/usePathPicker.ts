import { useOverlay } from '@nuxt/ui/composables/useOverlay'
import type { PathKind } from '#api'
import { useConnection } from '../api/index.ts'
import AppFolderPicker from '../components/AppFolderPicker.vue'

/** Lets the user choose a path of this computer: by the system's dialog where there is one, else by ours. */
export function usePathPicker(): (kind: PathKind, start?: string) => Promise<string | undefined> {
  const { api } = useConnection()
  const overlay = useOverlay()
  return async (kind, start) => {
    const choice = await api.folders.choose(kind)
    if (choice.kind === 'chosen') return choice.path
    if (choice.kind === 'left') return undefined
    // Made for each question: what is destroyed with its closing cannot be opened again.
    const dialog = overlay.create(AppFolderPicker, { destroyOnClose: true })
    const list = (path?: string) => api.folders.list(path, { files: kind === 'compose-file' })
    return (await dialog.open({ kind, list, start }).result) as string | undefined
  }
}
