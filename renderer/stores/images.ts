import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { AppError } from '#api'
import { useConnection } from '../api/index.ts'
import { useMirror } from '../composables/useMirror.ts'
import { toShortId } from '../image/image-name.ts'
import { useContainersStore } from './containers.ts'
import { useMachineStore } from './machine.ts'

/** The engine's images, live, and what can be done to them. */
export const useImagesStore = defineStore('images', () => {
  const { api } = useConnection()
  const machine = useMachineStore()
  const containers = useContainersStore()
  const { value: images, failure } = useMirror(
    () => api.images.watch(),
    () => machine.isServing,
  )
  /** Ids of those that are being removed. */
  const removing = shallowRef<ReadonlySet<string>>(new Set())

  /** By a tag only that name goes, and the image with its last one. */
  const remove = async (id: string, { force = false }: { force?: boolean } = {}) => {
    removing.value = new Set(removing.value).add(id)
    try {
      await api.images.remove(id, force ? { force } : {})
    } finally {
      const rest = new Set(removing.value)
      rest.delete(id)
      removing.value = rest
    }
  }
  /** With all its names. The engine would force that also on a container that is stopped, so it is not asked then. */
  const removeUnused = async (id: string) => {
    const tags = images.value?.find((image) => image.id === id)?.tags ?? []
    const isUsed = containers.containers?.some(({ imageId }) => imageId === id) === true
    if (isUsed) throw new AppError('image-in-use', { image: tags[0] ?? toShortId(id) })
    await remove(id, { force: tags.length > 1 })
  }
  return {
    ...{ images, failure, removing, remove, removeUnused },
    tag: (id: string, reference: string) => api.images.tag(id, reference),
    usage: () => api.images.usage(),
    history: (id: string) => api.images.history(id),
    inspect: (id: string) => api.images.inspect(id),
  }
})
