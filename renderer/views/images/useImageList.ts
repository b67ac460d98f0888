import { computed, ref, shallowRef } from 'vue'
import { useRemembered } from '../../composables/useRemembered.ts'
import { useContainersStore } from '../../stores/containers.ts'
import { useImagesStore } from '../../stores/images.ts'
import {
  type ImageFilter,
  type ImageSortKey,
  type ImageSorting,
  findImages,
  imageFilters,
  isImageSorting,
  isInFilter,
  sortImages,
  toImageItems,
  toNextSorting,
} from './image-list.ts'

const usual: ImageSorting = { by: 'created', isDescending: true }

/** The images as they are shown: filtered, found, sorted. */
export function useImageList() {
  const images = useImagesStore()
  const containers = useContainersStore()
  const text = ref('')
  const filter = shallowRef<ImageFilter>('all')
  const sorting = useRemembered<ImageSorting>('images.sorting', usual, isImageSorting)

  const all = computed(() => toImageItems(images.images ?? [], containers.containers ?? []))
  const found = computed(() => findImages(all.value, text.value))
  const counts = computed(() => {
    const counted = { all: 0, used: 0, unused: 0, dangling: 0 }
    for (const item of found.value)
      for (const one of imageFilters) if (isInFilter(item, one)) counted[one] += 1
    return counted
  })
  const shown = computed(() =>
    sortImages(
      found.value.filter((item) => isInFilter(item, filter.value)),
      sorting.value,
    ),
  )
  const sortBy = (key: ImageSortKey) => {
    sorting.value = toNextSorting(sorting.value, key)
  }
  const clear = () => {
    text.value = ''
    filter.value = 'all'
  }
  return { text, filter, sorting, counts, shown, sortBy, clear }
}
