import type { ContextMenuItem } from '@nuxt/ui/components/ContextMenu.vue'
import { useClipboard } from '@vueuse/core'
import { useRouter } from 'vue-router'
import type { Image } from '#api'
import { useImageActions } from '../../composables/useImageActions.ts'
import { toImageName } from '../../image/image-name.ts'
import { useWords } from '../../text/words.ts'
import type { ImageItem } from './image-list.ts'

/** What can be done to one image, as a menu. */
export function useImageMenu(): (item: ImageItem) => ContextMenuItem[][] {
  const router = useRouter()
  const actions = useImageActions()
  const { t } = useWords()
  const { copy } = useClipboard({ legacy: true })

  const toFile = (image: Image): ContextMenuItem[] => [
    { label: t('ui.images.tag'), icon: 'i-lucide-tag', onSelect: () => void actions.tag(image) },
    ...(image.tags.length > 1 ? [toUntag(image)] : []),
    { label: t('ui.images.pushTo'), icon: 'i-lucide-upload', onSelect: () => actions.push(image) },
    {
      label: t('ui.images.save'),
      icon: 'i-lucide-hard-drive-download',
      onSelect: () => actions.save([image]),
    },
  ]
  const toUntag = (image: Image): ContextMenuItem => ({
    label: t('ui.images.untag'),
    icon: 'i-lucide-bookmark-minus',
    children: image.tags.map((tag) => ({ label: tag, onSelect: () => void actions.untag(tag) })),
  })
  const toCopy = (image: Image): ContextMenuItem[] => [
    {
      label: t('ui.images.copyName'),
      icon: 'i-lucide-copy',
      onSelect: () => void copy(toImageName(image)),
    },
    { label: t('ui.images.copyId'), icon: 'i-lucide-hash', onSelect: () => void copy(image.id) },
  ]
  return ({ id, image }) => [
    [
      { label: t('ui.images.run'), icon: 'i-lucide-play', onSelect: () => actions.run(image) },
      {
        label: t('ui.images.open'),
        icon: 'i-lucide-info',
        onSelect: () => void router.push(`/images/${id}`),
      },
    ],
    toFile(image),
    toCopy(image),
    [
      {
        label: t('ui.action.removeMore'),
        icon: 'i-lucide-trash-2',
        color: 'error' as const,
        onSelect: () => void actions.remove(image),
      },
    ],
  ]
}
