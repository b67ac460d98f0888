import { defineStore } from 'pinia'
import { computed } from 'vue'
import { useConnection } from '../api/index.ts'
import { useComposeStore } from './compose.ts'
import { useContainersStore } from './containers.ts'
import { useImagesStore } from './images.ts'

/** What this window has done, each as the command that does the same. */
export const useCommandsStore = defineStore('commands', () => {
  const { commands } = useConnection()
  const containers = useContainersStore()
  const images = useImagesStore()
  const compose = useComposeStore()
  const plain = commands.names

  commands.names = {
    container: (id) => containers.byId.get(id)?.name ?? plain.container(id),
    image: (id) => images.images?.find((entry) => entry.id === id)?.tags[0] ?? plain.image(id),
    files: (project) => compose.byName.get(project)?.source?.files.map(({ path }) => path) ?? [],
  }
  const actions = computed(() => commands.entries.value.filter(({ kind }) => kind === 'does'))
  return {
    /** Newest first. */
    entries: commands.entries,
    /** Those that changed something. */
    actions,
    /** For what does not go through the Api, such as a download. */
    begin: (argv: readonly string[]) => commands.beginCommand({ kind: 'does', argv }),
    clear: () => commands.clear(),
  }
})
