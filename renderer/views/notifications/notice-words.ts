import type { Notice } from '../../stores/notifications.ts'
import type { useWords } from '../../text/words.ts'

export interface NoticeWords {
  icon: string
  tone: 'success' | 'mended' | 'warning' | 'error'
  title: string
  text: string
  /** Everything there is to tell, for the clipboard. */
  copy: string
}

const icons = {
  success: 'i-lucide-circle-check',
  mended: 'i-lucide-wrench',
  warning: 'i-lucide-triangle-alert',
  error: 'i-lucide-circle-alert',
}

/** A notice in the words of the language that is shown now. */
export function toNoticeWords(
  notice: Notice,
  { t, wordError }: Pick<ReturnType<typeof useWords>, 't' | 'wordError'>,
): NoticeWords {
  const word = (tone: NoticeWords['tone'], title: string, text = '', details: string[] = []) => ({
    icon: icons[tone],
    tone,
    title,
    text,
    copy: [title, text, ...details].filter((line) => line !== '').join('\n'),
  })
  switch (notice.kind) {
    case 'failure': {
      const { code, details = [] } = notice.error
      return word('error', t('ui.failure.title'), wordError(notice.error), [
        `(${code})`,
        ...details,
      ])
    }
    case 'transfer': {
      const { name, error } = notice
      const isPush = notice.transfer === 'push'
      const failed = isPush ? 'ui.notices.pushFailed' : 'ui.notices.transferFailed'
      return error
        ? word('error', t(failed, { name }), wordError(error), error.details)
        : word('success', t(isPush ? 'ui.notices.pushDone' : 'ui.notices.transferDone', { name }))
    }
    case 'repair': {
      const link = t(`health.link.${notice.link}`)
      const { mended } = notice
      const text = mended
        ? t('ui.notices.mendedWas', { text: wordError(mended) })
        : t('ui.notices.mendedText')
      return word('mended', t('ui.notices.mended', { link }), text)
    }
    case 'guestRepair':
      return word('warning', t('ui.notices.guestRepair'), wordError(notice.repair))
    case 'outOfMemory': {
      const { killed } = notice
      return word(
        'warning',
        t('ui.notices.outOfMemory'),
        t('ui.notices.outOfMemoryText', { killed }),
      )
    }
    case 'note':
      return word(notice.tone, notice.title, notice.text)
  }
}
