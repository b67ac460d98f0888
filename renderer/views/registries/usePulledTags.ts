import { computed } from 'vue'
import { toFullName } from '../../image/image-reference.ts'
import { useImagesStore } from '../../stores/images.ts'

/** Which tags of a repository the engine has images of. */
export function usePulledTags(name: () => string) {
  const images = useImagesStore()
  const toReference = (tag: string) => `${name()}:${tag}`
  const pulled = computed((): ReadonlySet<string> => {
    const before = toFullName(toReference('x')).slice(0, -1)
    const tags = (images.images ?? []).flatMap((image) => image.tags.map(toFullName))
    return new Set(
      tags.filter((tag) => tag.startsWith(before)).map((tag) => tag.slice(before.length)),
    )
  })
  return { pulled, toReference }
}
