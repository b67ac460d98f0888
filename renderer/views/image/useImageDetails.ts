import { computed, shallowRef, watch } from 'vue'
import type { ErrorShape, ImageLayer } from '#api'
import { toErrorShape } from '../../api/error-shape.ts'
import { useContainersStore } from '../../stores/containers.ts'
import { useImagesStore } from '../../stores/images.ts'

/** One image: what the list says, and what has to be asked for it. It is asked anew when its names change. */
export function useImageDetails(id: () => string) {
  const images = useImagesStore()
  const containers = useContainersStore()
  const layers = shallowRef<ImageLayer[]>()
  const json = shallowRef('')
  const failure = shallowRef<ErrorShape>()

  const image = computed(() => images.images?.find((one) => one.id === id()))
  const users = computed(() =>
    (containers.containers ?? [])
      .filter(({ imageId }) => imageId === id())
      .toSorted((a, b) => a.name.localeCompare(b.name)),
  )
  const read = async () => {
    const wanted = id()
    failure.value = undefined
    try {
      const [history, inspected] = await Promise.all([
        images.history(wanted),
        images.inspect(wanted),
      ])
      if (wanted !== id()) return
      layers.value = history
      json.value = inspected
    } catch (error) {
      if (wanted === id()) failure.value = toErrorShape(error)
    }
  }
  const known = computed(() => image.value && `${image.value.id} ${image.value.tags.join(' ')}`)
  watch(known, (now) => now !== undefined && void read(), { immediate: true })
  const isGone = computed(() => images.images !== undefined && !image.value)
  return { image, users, layers, json, failure, isGone, read }
}
