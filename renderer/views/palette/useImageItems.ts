import { useClipboard } from '@vueuse/core'
import { computed } from 'vue'
import { useRouter } from 'vue-router'
import type { Image } from '#api'
import { useImageActions } from '../../composables/useImageActions.ts'
import { formatSize } from '../../text/formats.ts'
import { toImageName } from '../../image/image-name.ts'
import { findByName } from '../../palette/ranking.ts'
import { useDialogsStore } from '../../stores/dialogs.ts'
import { useImagesStore } from '../../stores/images.ts'
import { useWords } from '../../text/words.ts'
import type { PaletteItem } from './palette-item.ts'

/** Images, each under every name it has. */
export function useImageItems() {
  const { t, locale } = useWords()
  const store = useImagesStore()
  const dialogs = useDialogsStore()
  const toSteps = useImageSteps()

  const items = computed(() =>
    (store.images ?? []).flatMap((image) => {
      const names = image.tags.length > 0 ? image.tags : [toImageName(image)]
      return names.map((name): PaletteItem => ({
        id: `image ${name}`,
        kind: 'image',
        icon: 'i-lucide-layers',
        label: name,
        // Worded when it is drawn: there may be thousands, and a few lines are seen.
        get detail() {
          return formatSize(image.size, locale.value)
        },
        words: image.id.replace('sha256:', '').slice(0, 12),
        steps: () => toSteps(image, name),
      }))
    }),
  )
  const toOrders = (name: string, limit: number): PaletteItem[] => {
    const tagged = (store.images ?? []).flatMap(({ tags }) => tags.map((tag) => ({ name: tag })))
    return findByName(tagged, name, limit).map((image) => ({
      id: `run ${image.name}`,
      kind: 'action',
      icon: 'i-lucide-play',
      label: t('ui.palette.order.run', { name: image.name }),
      run: () => dialogs.show({ kind: 'run', image: image.name }),
    }))
  }
  return { items, toOrders }
}

/** What can be done to an image. */
function useImageSteps() {
  const { t } = useWords()
  const actions = useImageActions()
  const dialogs = useDialogsStore()
  const router = useRouter()
  const { copy } = useClipboard({ legacy: true })
  const action = (id: string, icon: string, label: string, run: () => unknown): PaletteItem => ({
    id,
    kind: 'action',
    icon: `i-lucide-${icon}`,
    label,
    run,
  })
  return (image: Image, name: string): PaletteItem[] => [
    action(`run ${name}`, 'play', t('ui.palette.runImage'), () =>
      dialogs.show({ kind: 'run', image: name }),
    ),
    action(`open ${name}`, 'arrow-right', t('ui.palette.act.open'), () =>
      router.push(`/images/${encodeURIComponent(image.id)}`),
    ),
    action(`tag ${name}`, 'tag', t('ui.images.tag'), () => actions.tag(image)),
    action(`save ${name}`, 'hard-drive-download', t('ui.images.save'), () => actions.save([image])),
    action(`copy name ${name}`, 'copy', t('ui.palette.copyName'), () => copy(name)),
    action(`copy id ${image.id}`, 'copy', t('ui.palette.copyId'), () => copy(image.id)),
    action(`remove ${image.id}`, 'trash-2', t('ui.action.removeMore'), () => actions.remove(image)),
  ]
}
