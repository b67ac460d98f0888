import { useToast } from '@nuxt/ui/composables/useToast'
import { AppError, type Image } from '#api'
import { formatSize } from '../text/formats.ts'
import { startDownload, toArchiveName, toSavedNames } from '../image/image-download.ts'
import { toImageName } from '../image/image-name.ts'
import { isImageName } from '../image/image-reference.ts'
import { isUp } from '../container/container-state.ts'
import { useCommandsStore } from '../stores/commands.ts'
import { useContainersStore } from '../stores/containers.ts'
import { useDialogsStore } from '../stores/dialogs.ts'
import { useImagesStore } from '../stores/images.ts'
import { useWords } from '../text/words.ts'
import { useConfirm } from './useConfirm.ts'
import { useFailures } from './useFailures.ts'
import { useNameQuestion } from './useNameQuestion.ts'

/** What can be done to an image from anywhere: asks where something would be lost, shows what goes wrong. */
export function useImageActions() {
  const images = useImagesStore()
  const dialogs = useDialogsStore()
  const toast = useToast()
  const { attempt } = useFailures()
  const { t } = useWords()
  const askRemoval = useRemovalQuestion()
  const askName = useNameQuestion()
  const commands = useCommandsStore()

  return {
    run: (image: Image) => dialogs.show({ kind: 'run', image: toImageName(image) }),
    push: (image: Image) => dialogs.show({ kind: 'push', image: image.id }),
    tag: (image: Image) =>
      askName({
        title: t('ui.images.tagTitle', { name: toImageName(image) }),
        description: t('ui.images.tagText'),
        label: t('ui.images.newTag'),
        help: t('ui.images.tagHelp'),
        placeholder: 'registry.example.com/team/app:1.0',
        submit: t('ui.images.addTag'),
        check: (name) => (isImageName(name) ? '' : t('ui.run.problem.imageInvalid')),
        save: (name) => images.tag(image.id, name),
      }),
    /** The browser's own download cannot tell why it did not begin, so the engine is asked about the first one. */
    async save(chosen: readonly Image[]) {
      const [first] = chosen
      if (!first) return
      const title = t('ui.failure.could.save', { name: toImageName(first) })
      if (!(await attempt(() => images.inspect(first.id), title))) return
      startDownload(chosen)
      const file = toArchiveName(chosen)
      commands.begin(['docker', 'save', '--output', file, ...toSavedNames(chosen)])()
      toast.add({ title: t('ui.images.saving'), icon: 'i-lucide-hard-drive-download' })
    },
    /** Takes one name off; the image stays while it has another. */
    untag: (tag: string) =>
      attempt(() => images.remove(tag), t('ui.failure.could.remove', { name: tag })),
    /** Asks first; resolves to whether it is gone. */
    async remove(image: Image): Promise<boolean> {
      const consent = await askRemoval(image)
      if (!consent) return false
      const { id } = image
      return attempt(
        () => (consent.force ? images.remove(id, { force: true }) : images.removeUnused(id)),
        t('ui.failure.could.remove', { name: toImageName(image) }),
      )
    },
  }
}

/** Tells which containers are in the way before the engine has to. */
function useRemovalQuestion() {
  const confirm = useConfirm()
  const containers = useContainersStore()
  const { show } = useFailures()
  const { t, locale } = useWords()

  return async (image: Image): Promise<{ force: boolean } | undefined> => {
    const users = (containers.containers ?? []).filter(({ imageId }) => imageId === image.id)
    const name = toImageName(image)
    if (users.some(({ state }) => isUp(state))) {
      show(new AppError('image-in-use', { image: name }), t('ui.failure.could.remove', { name }))
      return undefined
    }
    const size = formatSize(image.size, locale.value)
    const body = [t('ui.images.removeBody', { size })]
    if (image.tags.length > 1)
      body.unshift(t('ui.images.removeTags', { tags: image.tags.join(', ') }))
    const used = t('ui.images.removeUsed', { names: users.map((user) => user.name).join(', ') })
    const consent = await confirm({
      title: t('ui.images.removeAsk', { name }),
      body: body.join(' '),
      confirm: t('ui.action.remove'),
      ...(users.length > 0 && { option: used }),
    })
    return consent && { force: consent.option }
  }
}
