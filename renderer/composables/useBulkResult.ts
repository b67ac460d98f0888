import { useToast } from '@nuxt/ui/composables/useToast'
import { shallowRef } from 'vue'
import { toErrorShape } from '../api/error-shape.ts'
import type { BulkVerb } from '../container/container-verbs.ts'
import type { BulkProgress } from '../list/bulk.ts'
import { useNotificationsStore } from '../stores/notifications.ts'
import { useWords } from '../text/words.ts'

/** The toast names this many failures; the notification names all. */
const fewFailures = 3

/** Tells once what came of work over many containers: in a toast, in the notifications, and to those who hear the page. */
export function useBulkResult() {
  const toast = useToast()
  const notifications = useNotificationsStore()
  const { t, wordError } = useWords()
  /** For a live region. */
  const lastWords = shallowRef('')

  const wordFailure = (error: unknown) => wordError(toErrorShape(error))

  const tell = (verb: BulkVerb, result: BulkProgress, toName: (id: string) => string) => {
    const { done, failed, left, total } = result
    const parts = [
      t(`ui.containerBulk.done.${verb}`, { done, total }),
      ...(failed.length > 0 ? [t('ui.containerBulk.failed', { count: failed.length })] : []),
      ...(left > 0 ? [t('ui.containerBulk.left', { count: left })] : []),
    ]
    const title = parts.join(' · ')
    const lines = failed.map(({ id, error }) => `${toName(id)}: ${wordFailure(error)}`)
    const tone = failed.length === 0 ? 'success' : done === 0 ? 'error' : 'warning'
    const hidden = lines.length - fewFailures
    const description = [
      ...lines.slice(0, fewFailures),
      ...(hidden > 0 ? [t('ui.containerBulk.more', { count: hidden })] : []),
    ].join('\n')
    lastWords.value = [title, ...lines.slice(0, fewFailures)].join('. ')
    notifications.add({ kind: 'note', tone, title, text: lines.join('\n') })
    const note = {
      'data-test': 'bulk-result',
      title,
      description,
      color: tone,
      icon: tone === 'success' ? 'i-lucide-circle-check' : 'i-lucide-circle-alert',
      duration: failed.length > 0 ? 10_000 : 4000,
      ui: { description: 'whitespace-pre-line break-words' },
    } as const
    toast.add(note)
  }
  return { tell, lastWords }
}
