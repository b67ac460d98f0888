import { useToast } from '@nuxt/ui/composables/useToast'
import { AppError, type ErrorShape } from '#api'
import { useNotificationsStore } from '../stores/notifications.ts'
import { useWords } from '../text/words.ts'

/** Shows failures to the user: one toast each, in words, with a button that copies it. They stay in the notifications. */
export function useFailures() {
  const toast = useToast()
  const notifications = useNotificationsStore()
  const { t, wordError } = useWords()

  const showShape = (shape: ErrorShape, title = t('ui.failure.title')) => {
    const sentence = wordError(shape)
    const copied = [sentence, `(${shape.code})`, ...(shape.details ?? [])].join('\n')
    const failure = {
      'data-test': 'failure',
      id: `${shape.code} ${JSON.stringify(shape.params)}`,
      title,
      description: sentence,
      color: 'error' as const,
      icon: 'i-lucide-circle-alert',
      duration: 8000,
      actions: [
        {
          label: t('ui.action.copy'),
          icon: 'i-lucide-copy',
          color: 'neutral' as const,
          variant: 'outline' as const,
          size: 'xs' as const,
          onClick: (event: MouseEvent) => {
            event.stopPropagation()
            void navigator.clipboard.writeText(copied)
          },
        },
      ],
    }
    toast.add(failure)
    notifications.add({ kind: 'failure', error: shape })
  }
  /** `title`: what did not come about, in the user's language. */
  const show = (error: unknown, title?: string) => {
    if (error instanceof AppError) showShape(error.toShape(), title)
    else showShape({ code: 'internal', params: { log: '' } }, title)
  }
  /** Does `work` and shows what goes wrong; says whether it went well. */
  const attempt = async (work: () => Promise<unknown>, title?: string): Promise<boolean> => {
    try {
      await work()
      return true
    } catch (error) {
      show(error, title)
      return false
    }
  }
  return { show, attempt }
}
