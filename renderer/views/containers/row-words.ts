import type { useStateWords } from '../../composables/useStateWords.ts'
import { formatAge } from '../../text/formats.ts'
import { useWords } from '../../text/words.ts'

const minuteMs = 60_000

/** How old something is, to the minute: no second ticks in a list. */
export function useAgeWords() {
  const { t, locale } = useWords()
  return (ms: number) => (ms < minuteMs ? t('ui.containers.justNow') : formatAge(ms, locale.value))
}

export interface RowWords {
  toState: ReturnType<typeof useStateWords>
  toAge: ReturnType<typeof useAgeWords>
}
