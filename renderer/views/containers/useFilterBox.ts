import { type Ref, computed } from 'vue'
import type { Container } from '#api'
import type { FilterChoice } from '../../components/AppFilter.vue'
import { useWords } from '../../text/words.ts'
import { formatTerm, parseTerm, toLastToken } from './container-filter.ts'
import { toSuggestions } from './filter-suggest.ts'

/** The filter box: settled terms become chips, the rest stays text. */
export function useFilterBox(
  text: Ref<string>,
  chips: Ref<readonly string[]>,
  containers: () => readonly Container[],
) {
  const last = computed(() => toLastToken(text.value))
  const choices = useChoices(() => last.value.token, containers)
  const settle = (token: string, before: string) => {
    const term = parseTerm(token)
    if (!term) return false
    const chip = formatTerm(term)
    if (!chips.value.includes(chip)) chips.value = [...chips.value, chip]
    text.value = before
    return true
  }
  const toBefore = () => text.value.slice(0, last.value.start)

  return {
    choices,
    /** A proposal was taken: a whole term becomes a chip, a key waits for its value. */
    pick(token: string) {
      const before = toBefore()
      if (!settle(toLastToken(token).token, before)) text.value = before + token
    },
    /** As it is typed: a term that a blank ends becomes a chip. */
    type(typed: string) {
      text.value = typed
      if (!typed.endsWith(' ')) return
      const trimmed = typed.slice(0, -1)
      const { start, token } = toLastToken(trimmed)
      settle(token, trimmed.slice(0, start))
    },
    /** Says whether the last word became a chip. */
    done: () => settle(last.value.token, toBefore()),
    /** The last chip becomes text again, to be changed. */
    back() {
      const chip = chips.value.at(-1)
      if (chip === undefined) return
      chips.value = chips.value.slice(0, -1)
      text.value = chip
    },
    drop(chip: string) {
      chips.value = chips.value.filter((entry) => entry !== chip)
    },
  }
}

function useChoices(token: () => string, containers: () => readonly Container[]) {
  const { t } = useWords()
  return computed<FilterChoice[]>(() =>
    toSuggestions(token(), containers).map((suggestion) => ({
      token: suggestion.token,
      hint:
        suggestion.kind === 'key'
          ? t(`ui.containerFilter.keys.${suggestion.key}`)
          : String(suggestion.count ?? ''),
    })),
  )
}
